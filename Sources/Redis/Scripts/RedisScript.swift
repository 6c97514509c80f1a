/// A Lua script as a type: its source is constant, its keys and arguments are properties.
///
/// ```swift
/// struct TakeOver: RedisScript {
///     static let source = RedisScriptSource("return redis.call('GETSET', KEYS[1], ARGV[1])")
///     var key: String
///     var owner: String
///
///     var keys: [String] { [key] }
///     var arguments: [any RedisArgument] { [owner] }
///     func decode(_ reply: RedisValue) throws(RedisError) -> String? { reply.string }
/// }
/// ```
public protocol RedisScript: Sendable {
    /// What the reply is decoded to.
    associatedtype Response: Sendable

    /// The script's text with its digest; a `static let`, so that the digest is computed once.
    static var source: RedisScriptSource { get }

    /// `KEYS` in the script.
    var keys: [String] { get }

    /// `ARGV` in the script.
    var arguments: [any RedisArgument] { get }

    /// Turns the script's reply into the response.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The response.
    /// - Throws: ``RedisError/Code/unexpectedReply`` when the reply is of a type that the script cannot give.
    func decode(_ reply: RedisValue) throws(RedisError) -> Response
}

extension RedisScript where Response == RedisValue {
    /// The reply itself.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The same.
    public func decode(_ reply: RedisValue) -> RedisValue { reply }
}

extension RedisScript {
    func writeKeysAndArguments(to writer: inout RESPWriter) {
        writer.write(keys.count)
        for key in keys { writer.write(key) }
        for argument in arguments { argument.write(to: &writer) }
    }
}
