/// How long a key lives after `SET`.
@nonexhaustive
public enum KeyExpiration: Sendable, Hashable {
    /// For this long, in whole milliseconds.
    case after(Duration)
    /// As long as it would have lived without the command.
    case keep
}

/// Whether `SET` depends on what is there.
@nonexhaustive
public enum SetCondition: Sendable, Hashable {
    /// Only where there is nothing.
    case ifAbsent
    /// Only where there is something.
    case ifPresent
}

/// `GET`: the string at a key.
public struct Get: RedisCommand {
    /// The key.
    public var key: String

    /// Creates the command.
    ///
    /// - Parameter key: The key.
    public init(_ key: String) {
        self.key = key
    }

    /// `GET`.
    public var name: String { "GET" }

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

/// `MGET`: the strings at some keys.
public struct MGet: RedisCommand {
    /// The keys.
    public var keys: [String]

    /// Creates the command.
    ///
    /// - Parameter keys: The keys.
    public init(_ keys: [String]) {
        self.keys = keys
    }

    /// `MGET`.
    public var name: String { "MGET" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) { for key in keys { writer.write(key) } }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: One for each key, nil where there is nothing.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> [[UInt8]?] {
        var values: [[UInt8]?] = []
        for element in try reply.decodeArray() { values.append(try element.decodeBytes()) }
        return values
    }
}

/// `SET`: puts a string at a key.
///
/// Not named after the command alone: that would hide Swift's collection from everybody who imports this module.
/// The response tells whether it was put: a condition may have prevented it.
public struct SetValue: RedisCommand {
    /// The key.
    public var key: String
    /// The string.
    public var value: any RedisArgument
    /// How long the key lives; nil is for ever.
    public var expiration: KeyExpiration?
    /// What must be there already; nil is anything.
    public var condition: SetCondition?

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - value: The string.
    ///   - expiration: How long the key lives; nil is for ever.
    ///   - condition: What must be there already; nil is anything.
    public init(
        _ key: String,
        _ value: any RedisArgument,
        expiration: KeyExpiration? = nil,
        condition: SetCondition? = nil
    ) {
        self.key = key
        self.value = value
        self.expiration = expiration
        self.condition = condition
    }

    /// `SET`.
    public var name: String { "SET" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        value.write(to: &writer)
        switch expiration {
        case .after(let duration):
            writer.write("PX")
            writer.write(duration.milliseconds)
        case .keep:
            writer.write("KEEPTTL")
        case nil:
            break
        }
        switch condition {
        case .ifAbsent: writer.write("NX")
        case .ifPresent: writer.write("XX")
        case nil: break
        }
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: Whether the string was put there.
    public func decode(_ reply: RedisValue) -> Bool { !reply.isNull }
}

/// `SETEX`: puts a string at a key for some seconds.
public struct SetEx: RedisCommand {
    /// The key.
    public var key: String
    /// How long the key lives, in seconds above 0.
    public var seconds: Int
    /// The string.
    public var value: any RedisArgument

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - seconds: How long the key lives, in seconds above 0.
    ///   - value: The string.
    public init(_ key: String, seconds: Int, value: any RedisArgument) {
        self.key = key
        self.seconds = seconds
        self.value = value
    }

    /// `SETEX`.
    public var name: String { "SETEX" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        writer.write(seconds)
        value.write(to: &writer)
    }

    /// Nothing: a reply that is no error is success.
    ///
    /// - Parameter reply: The reply.
    public func decode(_ reply: RedisValue) {}
}

/// `INCRBY`: adds to the integer at a key.
public struct Incr: RedisCommand {
    /// The key.
    public var key: String
    /// What to add.
    public var amount: Int

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - amount: What to add.
    public init(_ key: String, by amount: Int = 1) {
        self.key = key
        self.amount = amount
    }

    /// `INCRBY`.
    public var name: String { "INCRBY" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        writer.write(amount)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}
