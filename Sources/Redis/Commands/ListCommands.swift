/// An end of a list.
public enum ListSide: String, Sendable, Hashable {
    /// The head.
    case left = "LEFT"
    /// The tail.
    case right = "RIGHT"
}

/// `LPUSH`: puts elements in front of a list; the response is its new length.
public struct LPush: RedisCommand {
    /// The key.
    public var key: String
    /// The elements.
    public var values: [any RedisArgument]

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - values: The elements.
    public init(_ key: String, values: [any RedisArgument]) {
        self.key = key
        self.values = values
    }

    /// `LPUSH`.
    public var name: String { "LPUSH" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        for value in values { value.write(to: &writer) }
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

/// `RPUSH`: puts elements at the end of a list; the response is its new length.
public struct RPush: RedisCommand {
    /// The key.
    public var key: String
    /// The elements.
    public var values: [any RedisArgument]

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - values: The elements.
    public init(_ key: String, values: [any RedisArgument]) {
        self.key = key
        self.values = values
    }

    /// `RPUSH`.
    public var name: String { "RPUSH" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        for value in values { value.write(to: &writer) }
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

/// `LPOP`: takes the first element of a list.
public struct LPop: RedisCommand {
    /// The key.
    public var key: String

    /// Creates the command.
    ///
    /// - Parameter key: The key.
    public init(_ key: String) {
        self.key = key
    }

    /// `LPOP`.
    public var name: String { "LPOP" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) { writer.write(key) }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The bytes, or nil where there is nothing.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> [UInt8]? { try reply.decodeBytes() }
}

/// `RPOP`: takes the last element of a list.
public struct RPop: RedisCommand {
    /// The key.
    public var key: String

    /// Creates the command.
    ///
    /// - Parameter key: The key.
    public init(_ key: String) {
        self.key = key
    }

    /// `RPOP`.
    public var name: String { "RPOP" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) { writer.write(key) }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The bytes, or nil where there is nothing.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> [UInt8]? { try reply.decodeBytes() }
}

/// `LLEN`: the length of a list.
public struct LLen: RedisCommand {
    /// The key.
    public var key: String

    /// Creates the command.
    ///
    /// - Parameter key: The key.
    public init(_ key: String) {
        self.key = key
    }

    /// `LLEN`.
    public var name: String { "LLEN" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) { writer.write(key) }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

/// `LRANGE`: elements of a list.
public struct LRange: RedisCommand {
    /// The key.
    public var key: String
    /// The first index; negative ones count from the end.
    public var start: Int
    /// The last index, included.
    public var end: Int

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - start: The first index; negative ones count from the end.
    ///   - end: The last index, included.
    public init(_ key: String, from start: Int = 0, to end: Int = -1) {
        self.key = key
        self.start = start
        self.end = end
    }

    /// `LRANGE`.
    public var name: String { "LRANGE" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        writer.write(start)
        writer.write(end)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The elements.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> [[UInt8]] { try reply.decodeByteArrays() }
}

/// `LTRIM`: keeps only some elements of a list.
public struct LTrim: RedisCommand {
    /// The key.
    public var key: String
    /// The first index that is kept.
    public var start: Int
    /// The last index that is kept.
    public var end: Int

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - start: The first index that is kept.
    ///   - end: The last index that is kept.
    public init(_ key: String, from start: Int, to end: Int) {
        self.key = key
        self.start = start
        self.end = end
    }

    /// `LTRIM`.
    public var name: String { "LTRIM" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        writer.write(start)
        writer.write(end)
    }

    /// Nothing: a reply that is no error is success.
    ///
    /// - Parameter reply: The reply.
    public func decode(_ reply: RedisValue) {}
}

/// `LREM`: removes equal elements; the response is how many.
public struct LRem: RedisCommand {
    /// The key.
    public var key: String
    /// What to remove.
    public var element: any RedisArgument
    /// How many, from the head; negative from the tail; 0 is all.
    public var count: Int

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - element: What to remove.
    ///   - count: How many, from the head; negative from the tail; 0 is all.
    public init(_ key: String, element: any RedisArgument, count: Int = 0) {
        self.key = key
        self.element = element
        self.count = count
    }

    /// `LREM`.
    public var name: String { "LREM" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        writer.write(count)
        element.write(to: &writer)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}
