/// `HSET`: sets fields of a hash; the response is how many are new.
public struct HSet: RedisCommand {
    /// The key.
    public var key: String
    /// Fields and values.
    public var fields: [(field: any RedisArgument, value: any RedisArgument)]

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - fields: Fields and values.
    public init(_ key: String, fields: [(field: any RedisArgument, value: any RedisArgument)]) {
        self.key = key
        self.fields = fields
    }

    /// `HSET`.
    public var name: String { "HSET" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        for (field, value) in fields {
            field.write(to: &writer)
            value.write(to: &writer)
        }
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

/// `HGET`: a field of a hash.
public struct HGet: RedisCommand {
    /// The key.
    public var key: String
    /// The field.
    public var field: any RedisArgument

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - field: The field.
    public init(_ key: String, field: any RedisArgument) {
        self.key = key
        self.field = field
    }

    /// `HGET`.
    public var name: String { "HGET" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        field.write(to: &writer)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The bytes, or nil where there is nothing.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> [UInt8]? { try reply.decodeBytes() }
}

/// `HDEL`: removes fields of a hash; the response is how many there were.
public struct HDel: RedisCommand {
    /// The key.
    public var key: String
    /// The fields.
    public var fields: [any RedisArgument]

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - fields: The fields.
    public init(_ key: String, fields: [any RedisArgument]) {
        self.key = key
        self.fields = fields
    }

    /// `HDEL`.
    public var name: String { "HDEL" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        for field in fields { field.write(to: &writer) }
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

/// `HLEN`: how many fields a hash has.
public struct HLen: RedisCommand {
    /// The key.
    public var key: String

    /// Creates the command.
    ///
    /// - Parameter key: The key.
    public init(_ key: String) {
        self.key = key
    }

    /// `HLEN`.
    public var name: String { "HLEN" }

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

/// `HEXISTS`: whether a hash has a field.
public struct HExists: RedisCommand {
    /// The key.
    public var key: String
    /// The field.
    public var field: any RedisArgument

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - field: The field.
    public init(_ key: String, field: any RedisArgument) {
        self.key = key
        self.field = field
    }

    /// `HEXISTS`.
    public var name: String { "HEXISTS" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        field.write(to: &writer)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: Whether the field is there.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Bool { try reply.decodeInt() != 0 }
}

/// `HINCRBY`: adds to the integer in a field.
public struct HIncrBy: RedisCommand {
    /// The key.
    public var key: String
    /// The field.
    public var field: any RedisArgument
    /// What to add.
    public var amount: Int

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - field: The field.
    ///   - amount: What to add.
    public init(_ key: String, field: any RedisArgument, by amount: Int = 1) {
        self.key = key
        self.field = field
        self.amount = amount
    }

    /// `HINCRBY`.
    public var name: String { "HINCRBY" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        field.write(to: &writer)
        writer.write(amount)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

/// `HGETALL`: all fields of a hash with their values.
public struct HGetAll: RedisCommand {
    /// The key.
    public var key: String

    /// Creates the command.
    ///
    /// - Parameter key: The key.
    public init(_ key: String) {
        self.key = key
    }

    /// `HGETALL`.
    public var name: String { "HGETALL" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) { writer.write(key) }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The fields.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> [HashField] { try HashField.fields(reply) }
}

/// `HSCAN`: some of the fields of a hash, and where to go on.
public struct HScan: RedisCommand {
    /// The key.
    public var key: String
    /// Where to go on; 0 at the start.
    public var cursor: UInt64
    /// A glob that the fields match; nil is all.
    public var pattern: String?
    /// About how many fields to look at; nil is the server's choice.
    public var count: Int?

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - cursor: Where to go on; 0 at the start.
    ///   - pattern: A glob that the fields match; nil is all.
    ///   - count: About how many fields to look at; nil is the server's choice.
    public init(_ key: String, cursor: UInt64 = 0, matching pattern: String? = nil, count: Int? = nil) {
        self.key = key
        self.cursor = cursor
        self.pattern = pattern
        self.count = count
    }

    /// `HSCAN`.
    public var name: String { "HSCAN" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        writer.write(String(cursor))
        writer.scanOptions(pattern: pattern, count: count)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: Some of the fields.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> ScanPage<HashField> {
        let (cursor, elements) = try reply.decodeScan()
        return ScanPage(cursor: cursor, elements: try HashField.fields(elements))
    }
}

/// A field of a hash with its value.
public struct HashField: Sendable, Hashable {
    /// The field.
    public var field: [UInt8]
    /// The value.
    public var value: [UInt8]

    static func fields(_ reply: RedisValue) throws(RedisError) -> [HashField] {
        let parts = try reply.decodeArray()
        guard parts.count.isMultiple(of: 2) else { throw reply.unexpected("fields and values") }
        var fields: [HashField] = []
        for index in stride(from: 0, to: parts.count, by: 2) {
            guard let field = parts[index].bytes, let value = parts[index + 1].bytes else {
                throw reply.unexpected("fields and values")
            }
            fields.append(HashField(field: field, value: value))
        }
        return fields
    }
}
