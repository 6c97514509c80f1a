/// A command as a value: its name, its arguments and what its reply means.
///
/// The library writes the name; ``encode(into:)`` writes only the arguments, in order:
///
/// ```swift
/// struct StringLength: RedisCommand {
///     var key: String
///
///     var name: String { "STRLEN" }
///     func encode(into writer: inout RESPWriter) { writer.write(key) }
///     func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
/// }
/// ```
public protocol RedisCommand: Sendable {
    /// What the reply is decoded to.
    associatedtype Response: Sendable

    /// The command's name, such as `SET`; errors and logs show it.
    var name: String { get }

    /// How long the server may hold this command back before it answers; nil for commands that do not block.
    ///
    /// `.zero` is Redis's "for ever". A command that blocks runs on a connection of its own.
    var blockingTime: Duration? { get }

    /// Writes the arguments after the name.
    ///
    /// Called while a lock is held: it must only write.
    ///
    /// - Parameter writer: Where to write them.
    func encode(into writer: inout RESPWriter)

    /// Turns the server's reply into the response.
    ///
    /// A reply that is an error is thrown before this is called.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The response.
    /// - Throws: ``RedisError/Code/unexpectedReply`` when the reply is of a type that the command cannot have.
    func decode(_ reply: RedisValue) throws(RedisError) -> Response
}

extension RedisCommand {
    /// Nil: most commands do not block.
    public var blockingTime: Duration? { nil }
}

extension RedisCommand {
    func write(to writer: inout RESPWriter) {
        writer.command(name) { encode(into: &$0) }
    }

    // What every kind of call does with a reply: an error becomes a thrown one, and gets the command's name.
    func response(to reply: RedisValue, from server: String) throws(RedisError) -> Response {
        if case .error(let text) = reply {
            throw .reply(text, command: name, server: server)
        }
        do throws(RedisError) {
            return try decode(reply)
        } catch {
            throw error.at(server).naming(name)
        }
    }
}

extension RedisValue {
    /// The error for a reply of a kind that was not expected.
    ///
    /// - Parameter expected: What would have been right, as in "an integer".
    /// - Returns: An error that names the kinds and no payload.
    public func unexpected(_ expected: String) -> RedisError {
        RedisError(.unexpectedReply, message: "expected \(expected), got \(kind)")
    }

    /// The integer of this reply.
    ///
    /// - Returns: The integer.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for another kind of reply.
    public func decodeInt() throws(RedisError) -> Int {
        guard let integer, let number = Int(exactly: integer) else { throw unexpected("an integer") }
        return number
    }

    /// The string or null of this reply.
    ///
    /// - Returns: The bytes, or nil for null.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for another kind of reply.
    public func decodeBytes() throws(RedisError) -> [UInt8]? {
        if case .bulk(let bytes) = self { return bytes }
        if case .null = self { return nil }
        guard let bytes else { throw unexpected("a string or null") }
        return bytes
    }

    /// The elements of this reply; null is an empty array.
    ///
    /// - Returns: The elements.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for another kind of reply.
    public func decodeArray() throws(RedisError) -> [RedisValue] {
        if case .null = self { return [] }
        guard let array else { throw unexpected("an array") }
        return array
    }

    /// The strings of an array; elements that are null are left out.
    ///
    /// - Returns: The elements' bytes.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for another kind of reply.
    public func decodeByteArrays() throws(RedisError) -> [[UInt8]] {
        var result: [[UInt8]] = []
        for element in try decodeArray() {
            if let bytes = try element.decodeBytes() { result.append(bytes) }
        }
        return result
    }
}
