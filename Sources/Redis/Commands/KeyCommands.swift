/// `DEL`: removes keys; the response is how many there were.
public struct Del: RedisCommand {
    /// The keys.
    public var keys: [String]

    /// Creates the command.
    ///
    /// - Parameter keys: The keys.
    public init(_ keys: [String]) {
        self.keys = keys
    }

    /// `DEL`.
    public var name: String { "DEL" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) { for key in keys { writer.write(key) } }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

/// `UNLINK`: removes keys, freeing their memory in the background; the response is how many there were.
public struct Unlink: RedisCommand {
    /// The keys.
    public var keys: [String]

    /// Creates the command.
    ///
    /// - Parameter keys: The keys.
    public init(_ keys: [String]) {
        self.keys = keys
    }

    /// `UNLINK`.
    public var name: String { "UNLINK" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) { for key in keys { writer.write(key) } }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

/// `EXISTS`: how many of the keys there are.
public struct Exists: RedisCommand {
    /// The keys.
    public var keys: [String]

    /// Creates the command.
    ///
    /// - Parameter keys: The keys.
    public init(_ keys: [String]) {
        self.keys = keys
    }

    /// `EXISTS`.
    public var name: String { "EXISTS" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) { for key in keys { writer.write(key) } }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

/// `PEXPIRE`: lets a key live for a limited time; the response is false where there is no key.
public struct Expire: RedisCommand {
    /// The key.
    public var key: String
    /// How long, in whole milliseconds.
    public var duration: Duration

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - duration: How long, in whole milliseconds.
    public init(_ key: String, after duration: Duration) {
        self.key = key
        self.duration = duration
    }

    /// `PEXPIRE`.
    public var name: String { "PEXPIRE" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        writer.write(duration.milliseconds)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: Whether something was changed.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Bool { try reply.decodeInt() != 0 }
}

/// `PTTL`: how long a key still lives.
public struct PTTL: RedisCommand {
    /// The key.
    public var key: String

    /// Creates the command.
    ///
    /// - Parameter key: The key.
    public init(_ key: String) {
        self.key = key
    }

    /// `PTTL`.
    public var name: String { "PTTL" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) { writer.write(key) }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: How long the key lives.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> KeyLifetime {
        let milliseconds = try reply.decodeInt()
        switch milliseconds {
        case -2: return .absent
        case -1: return .unlimited
        default: return .limited(.milliseconds(milliseconds))
        }
    }
}

/// How long a key still lives.
public enum KeyLifetime: Sendable, Hashable {
    /// There is no key.
    case absent
    /// For ever.
    case unlimited
    /// For this long.
    case limited(Duration)
}

/// `SCAN`: some of the keys, and where to go on.
///
/// A whole turn ends when the cursor is 0 again. A key may come twice.
public struct Scan: RedisCommand {
    /// Where to go on; 0 at the start.
    public var cursor: UInt64
    /// A glob that the keys match; nil is all.
    public var pattern: String?
    /// About how many keys to look at; nil is the server's choice.
    public var count: Int?

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - cursor: Where to go on; 0 at the start.
    ///   - pattern: A glob that the keys match; nil is all.
    ///   - count: About how many keys to look at; nil is the server's choice.
    public init(_ cursor: UInt64 = 0, matching pattern: String? = nil, count: Int? = nil) {
        self.cursor = cursor
        self.pattern = pattern
        self.count = count
    }

    /// `SCAN`.
    public var name: String { "SCAN" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(String(cursor))
        writer.scanOptions(pattern: pattern, count: count)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: Some of the keys.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> ScanPage<[UInt8]> {
        let (cursor, elements) = try reply.decodeScan()
        return ScanPage(cursor: cursor, elements: try elements.decodeByteArrays())
    }
}

/// Some of the elements of a large collection, and where to go on.
public struct ScanPage<Element: Sendable>: Sendable {
    /// Where to go on; 0 at the end.
    public var cursor: UInt64
    /// Some of the elements.
    public var elements: [Element]
}

extension ScanPage: Equatable where Element: Equatable {}

extension RESPWriter {
    mutating func scanOptions(pattern: String?, count: Int?) {
        if let pattern {
            write("MATCH")
            write(pattern)
        }
        if let count {
            write("COUNT")
            write(count)
        }
    }
}

extension RedisValue {
    func decodeScan() throws(RedisError) -> (cursor: UInt64, elements: RedisValue) {
        guard let parts = array, parts.count == 2, let cursor = parts[0].string.flatMap({ UInt64($0) }) else {
            throw unexpected("a cursor and elements")
        }
        return (cursor, parts[1])
    }
}

extension Duration {
    // At least 1: zero would mean "never" or be refused, and what is less than a millisecond is not nothing.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return max(Int(seconds * 1000 + attoseconds / 1_000_000_000_000_000), 1)
    }

    // Redis takes seconds with a fraction where a command blocks; zero is for ever.
    var secondsText: String {
        let (seconds, attoseconds) = components
        return (Double(seconds) + Double(attoseconds) / 1e18).redisText
    }
}
