/// Any command, with its reply as the server sent it.
///
/// ```swift
/// let reply = try await redis.send(["OBJECT", "ENCODING", "key"])
/// ```
public struct RawCommand: RedisCommand, ExpressibleByArrayLiteral {
    /// The reply as the server sent it.
    public typealias Response = RedisValue
    /// An argument; the first element of an array literal is the name.
    public typealias ArrayLiteralElement = any RedisArgument

    /// The command's name.
    public let name: String
    /// The arguments after the name.
    public let arguments: [any RedisArgument]
    /// How long the command may block, as its name and arguments say.
    public let blockingTime: Duration?
    let effect: CommandEffect

    /// Creates a command.
    ///
    /// - Parameters:
    ///   - name: The command's name.
    ///   - arguments: Its arguments.
    public init(_ name: String, _ arguments: any RedisArgument...) {
        self.init(name, arguments: arguments)
    }

    /// Creates a command from arguments that are already in an array.
    ///
    /// - Parameters:
    ///   - name: The command's name.
    ///   - arguments: Its arguments.
    public init(_ name: String, arguments: [any RedisArgument]) {
        self.name = name
        self.arguments = arguments
        self.effect = CommandEffect(name: name, arguments: arguments)
        self.blockingTime = effect.blockingTime
    }

    /// Creates a command from one of another type, so that unlike commands fit into one array.
    ///
    /// - Parameter command: The command.
    public init(_ command: some RedisCommand) {
        self.name = command.name
        self.arguments = [EncodedArguments(command: command)]
        self.effect = .none
        self.blockingTime = command.blockingTime
    }

    /// Creates a command from its words; the first is the name.
    ///
    /// - Parameter elements: The words.
    public init(arrayLiteral elements: (any RedisArgument)...) {
        self.init(elements.first as? String ?? "", arguments: Array(elements.dropFirst()))
    }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        for argument in arguments { argument.write(to: &writer) }
    }

    /// The reply itself.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The same.
    public func decode(_ reply: RedisValue) -> RedisValue { reply }
}

// All the arguments of a command where one is expected: the writer counts what is written, not the calls.
private struct EncodedArguments<Command: RedisCommand>: RedisArgument {
    let command: Command

    func write(to writer: inout RESPWriter) { command.encode(into: &writer) }
}
