/// `SADD`: adds members to a set; the response is how many are new.
public struct SAdd: RedisCommand {
    /// The key.
    public var key: String
    /// The members.
    public var members: [any RedisArgument]

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - members: The members.
    public init(_ key: String, members: [any RedisArgument]) {
        self.key = key
        self.members = members
    }

    /// `SADD`.
    public var name: String { "SADD" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        for member in members { member.write(to: &writer) }
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

/// `SREM`: removes members from a set; the response is how many there were.
public struct SRem: RedisCommand {
    /// The key.
    public var key: String
    /// The members.
    public var members: [any RedisArgument]

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - members: The members.
    public init(_ key: String, members: [any RedisArgument]) {
        self.key = key
        self.members = members
    }

    /// `SREM`.
    public var name: String { "SREM" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        for member in members { member.write(to: &writer) }
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

/// `SMEMBERS`: all members of a set.
public struct SMembers: RedisCommand {
    /// The key.
    public var key: String

    /// Creates the command.
    ///
    /// - Parameter key: The key.
    public init(_ key: String) {
        self.key = key
    }

    /// `SMEMBERS`.
    public var name: String { "SMEMBERS" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) { writer.write(key) }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The elements.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> [[UInt8]] { try reply.decodeByteArrays() }
}

/// `SISMEMBER`: whether a set has a member.
public struct SIsMember: RedisCommand {
    /// The key.
    public var key: String
    /// The member.
    public var member: any RedisArgument

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - member: The member.
    public init(_ key: String, member: any RedisArgument) {
        self.key = key
        self.member = member
    }

    /// `SISMEMBER`.
    public var name: String { "SISMEMBER" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        member.write(to: &writer)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: Whether the member is there.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Bool { try reply.decodeInt() != 0 }
}
