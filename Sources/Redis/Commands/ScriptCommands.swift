/// `EVALSHA`: runs a script that the server already knows.
///
/// Fails with the prefix `NOSCRIPT` where it does not; ``RedisClient/evaluate(_:)`` then sends the text.
public struct EvalSHA<Script: RedisScript>: RedisCommand {
    /// The script with its keys and arguments.
    public var script: Script

    /// Creates the command.
    ///
    /// - Parameter script: The script with its keys and arguments.
    public init(_ script: Script) { self.script = script }

    /// `EVALSHA`.
    public var name: String { "EVALSHA" }

    /// Writes digest, keys and arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(Script.source.sha1)
        script.writeKeysAndArguments(to: &writer)
    }

    /// Decodes the reply as the script does.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The script's response.
    /// - Throws: What the script's own decoding throws.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Script.Response { try script.decode(reply) }
}

/// `EVAL`: runs a script from its text; the form for transactions, where `NOSCRIPT` comes too late.
public struct Eval<Script: RedisScript>: RedisCommand {
    /// The script with its keys and arguments.
    public var script: Script

    /// Creates the command.
    ///
    /// - Parameter script: The script with its keys and arguments.
    public init(_ script: Script) { self.script = script }

    /// `EVAL`.
    public var name: String { "EVAL" }

    /// Writes text, keys and arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(Script.source.text)
        script.writeKeysAndArguments(to: &writer)
    }

    /// Decodes the reply as the script does.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The script's response.
    /// - Throws: What the script's own decoding throws.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Script.Response { try script.decode(reply) }
}

/// `SCRIPT LOAD`: makes a script known to the server.
public struct ScriptLoad: RedisCommand {
    /// The script's source.
    public var source: RedisScriptSource

    /// Creates the command.
    ///
    /// - Parameter source: The script's source.
    public init(_ source: RedisScriptSource) { self.source = source }

    /// `SCRIPT`.
    public var name: String { "SCRIPT" }

    /// Writes `LOAD` and the text.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write("LOAD")
        writer.write(source.text)
    }

    /// The digest that the server computed.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The digest.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply that is no string.
    public func decode(_ reply: RedisValue) throws(RedisError) -> String {
        guard let digest = reply.string else { throw reply.unexpected("a string") }
        return digest
    }
}
