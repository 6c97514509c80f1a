/// A member of a sorted set with its score.
public struct ScoredMember: Sendable, Hashable {
    /// The member.
    public var member: [UInt8]
    /// The score.
    public var score: Double
}

/// A bound of a range of scores.
@nonexhaustive
public enum ScoreBound: Sendable, Hashable {
    /// This score and beyond.
    case inclusive(Double)
    /// Beyond this score.
    case exclusive(Double)

    /// Below every score.
    public static let lowest = ScoreBound.inclusive(-.infinity)
    /// Above every score.
    public static let highest = ScoreBound.inclusive(.infinity)

    var text: String {
        switch self {
        case .inclusive(let score): score.redisText
        case .exclusive(let score): "(" + score.redisText
        }
    }
}

/// When `ZADD` changes a member.
@nonexhaustive
public enum ScoreCondition: String, Sendable, Hashable {
    /// Only members that are there.
    case ifPresent = "XX"
    /// Only members that are not there.
    case ifAbsent = "NX"
    /// Members that are not there, and those whose score rises.
    case ifGreater = "GT"
    /// Members that are not there, and those whose score falls.
    case ifLess = "LT"
}

/// `ZADD`: sets the scores of members; the response is how many are new, or changed.
public struct ZAdd: RedisCommand {
    /// The key.
    public var key: String
    /// Scores and members.
    public var members: [(score: Double, member: any RedisArgument)]
    /// Which members are changed.
    public var conditions: Set<ScoreCondition>
    /// Whether the response counts changed members too.
    public var countsChanges: Bool

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - members: Scores and members.
    ///   - conditions: Which members are changed.
    ///   - countsChanges: Whether the response counts changed members too.
    public init(
        _ key: String,
        members: [(score: Double, member: any RedisArgument)],
        conditions: Set<ScoreCondition> = [],
        countsChanges: Bool = false
    ) {
        self.key = key
        self.members = members
        self.conditions = conditions
        self.countsChanges = countsChanges
    }

    /// `ZADD`.
    public var name: String { "ZADD" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        // In an order of its own, so that the bytes are the same each time.
        for condition in conditions.map(\.rawValue).sorted() { writer.write(condition) }
        if countsChanges { writer.write("CH") }
        for (score, member) in members {
            score.write(to: &writer)
            member.write(to: &writer)
        }
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

/// `ZREM`: removes members; the response is how many there were.
public struct ZRem: RedisCommand {
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

    /// `ZREM`.
    public var name: String { "ZREM" }

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

/// `ZCARD`: how many members a sorted set has.
public struct ZCard: RedisCommand {
    /// The key.
    public var key: String

    /// Creates the command.
    ///
    /// - Parameter key: The key.
    public init(_ key: String) {
        self.key = key
    }

    /// `ZCARD`.
    public var name: String { "ZCARD" }

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

/// `ZSCORE`: the score of a member.
public struct ZScore: RedisCommand {
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

    /// `ZSCORE`.
    public var name: String { "ZSCORE" }

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
    /// - Returns: The score, or nil where there is no such member.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Double? {
        if reply.isNull { return nil }
        guard let score = reply.double else { throw reply.unexpected("a score") }
        return score
    }
}

/// `ZREMRANGEBYSCORE`: removes the members in a range of scores; the response is how many.
public struct ZRemRangeByScore: RedisCommand {
    /// The key.
    public var key: String
    /// The lower bound.
    public var lower: ScoreBound
    /// The upper bound.
    public var upper: ScoreBound

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - lower: The lower bound.
    ///   - upper: The upper bound.
    public init(_ key: String, from lower: ScoreBound = .lowest, to upper: ScoreBound = .highest) {
        self.key = key
        self.lower = lower
        self.upper = upper
    }

    /// `ZREMRANGEBYSCORE`.
    public var name: String { "ZREMRANGEBYSCORE" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        writer.write(lower.text)
        writer.write(upper.text)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The integer of the reply.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}
