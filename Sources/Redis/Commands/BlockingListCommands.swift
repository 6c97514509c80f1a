/// `BLMOVE`: moves an element from one list to another, waiting for one.
///
/// With the same list and side twice, nothing moves: then it waits until there is an element, and shows it.
public struct BLMove: RedisCommand {
    /// The list to take from.
    public var source: String
    /// The list to put into.
    public var destination: String
    /// The end to take from.
    public var sourceSide: ListSide
    /// The end to put at.
    public var destinationSide: ListSide
    /// How long to wait; zero is for ever.
    public var timeout: Duration

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - source: The list to take from.
    ///   - destination: The list to put into.
    ///   - sourceSide: The end to take from.
    ///   - destinationSide: The end to put at.
    ///   - timeout: How long to wait; zero is for ever.
    public init(
        from source: String,
        to destination: String,
        sourceSide: ListSide = .left,
        destinationSide: ListSide = .right,
        timeout: Duration
    ) {
        self.source = source
        self.destination = destination
        self.sourceSide = sourceSide
        self.destinationSide = destinationSide
        self.timeout = timeout
    }

    /// `BLMOVE`.
    public var name: String { "BLMOVE" }

    /// The time that the server may wait; zero is for ever.
    public var blockingTime: Duration? { timeout }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(source)
        writer.write(destination)
        writer.write(sourceSide.rawValue)
        writer.write(destinationSide.rawValue)
        writer.write(timeout.secondsText)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The element, or nil when the time was over.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> [UInt8]? { try reply.decodeBytes() }
}

/// `BRPOP`: takes the last element of the first list that has one, waiting for one.
public struct BRPop: RedisCommand {
    /// The keys.
    public var keys: [String]
    /// How long to wait; zero is for ever.
    public var timeout: Duration

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - keys: The keys.
    ///   - timeout: How long to wait; zero is for ever.
    public init(_ keys: [String], timeout: Duration) {
        self.keys = keys
        self.timeout = timeout
    }

    /// `BRPOP`.
    public var name: String { "BRPOP" }

    /// The time that the server may wait; zero is for ever.
    public var blockingTime: Duration? { timeout }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        for key in keys { writer.write(key) }
        writer.write(timeout.secondsText)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The element and its list, or nil when the time was over.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> PoppedElement? { try PoppedElement(reply) }
}

/// `BLPOP`: takes the first element of the first list that has one, waiting for one.
public struct BLPop: RedisCommand {
    /// The keys.
    public var keys: [String]
    /// How long to wait; zero is for ever.
    public var timeout: Duration

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - keys: The keys.
    ///   - timeout: How long to wait; zero is for ever.
    public init(_ keys: [String], timeout: Duration) {
        self.keys = keys
        self.timeout = timeout
    }

    /// `BLPOP`.
    public var name: String { "BLPOP" }

    /// The time that the server may wait; zero is for ever.
    public var blockingTime: Duration? { timeout }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        for key in keys { writer.write(key) }
        writer.write(timeout.secondsText)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The element and its list, or nil when the time was over.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> PoppedElement? { try PoppedElement(reply) }
}

/// An element and the list it was taken from.
public struct PoppedElement: Sendable, Hashable {
    /// The list.
    public var key: String
    /// The element.
    public var value: [UInt8]

    init?(_ reply: RedisValue) throws(RedisError) {
        if reply.isNull { return nil }
        guard let parts = reply.array, parts.count == 2, let key = parts[0].string, let value = parts[1].bytes else {
            throw reply.unexpected("a key and an element")
        }
        self.key = key
        self.value = value
    }
}
