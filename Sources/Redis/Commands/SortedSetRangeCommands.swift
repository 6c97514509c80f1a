/// What part of a sorted set is wanted.
@nonexhaustive
public enum SortedSetRange: Sendable, Hashable {
    /// By position; negative ones count from the end.
    case indexes(from: Int, to: Int)
    /// By score.
    case scores(from: ScoreBound, to: ScoreBound)
}

/// How `ZRANGE` writes its range: in Redis before 6.2 each form was a command of its own.
struct SortedSetSelection: Sendable, Hashable {
    var range: SortedSetRange
    var isReversed: Bool
    var limit: Range<Int>?

    func write(to writer: inout RESPWriter) {
        switch range {
        case .indexes(let from, let to):
            writer.write(from)
            writer.write(to)
            if isReversed { writer.write("REV") }
        case .scores(let lower, let upper):
            // Reversed, Redis wants the upper bound first.
            writer.write(isReversed ? upper.text : lower.text)
            writer.write(isReversed ? lower.text : upper.text)
            writer.write("BYSCORE")
            if isReversed { writer.write("REV") }
            if let limit {
                writer.write("LIMIT")
                writer.write(limit.lowerBound)
                writer.write(limit.count)
            }
        }
    }
}

/// `ZRANGE`: members of a sorted set.
///
/// Needs Redis 6.2.
public struct ZRange: RedisCommand {
    /// The key.
    public var key: String
    /// What part is wanted.
    public var range: SortedSetRange
    /// Whether the highest score comes first.
    public var isReversed: Bool
    /// With scores: which of the members found; nil is all.
    public var limit: Range<Int>?

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - range: What part is wanted.
    ///   - isReversed: Whether the highest score comes first.
    ///   - limit: With scores: which of the members found; nil is all.
    public init(
        _ key: String,
        _ range: SortedSetRange = .indexes(from: 0, to: -1),
        reversed isReversed: Bool = false,
        limit: Range<Int>? = nil
    ) {
        self.key = key
        self.range = range
        self.isReversed = isReversed
        self.limit = limit
    }

    /// `ZRANGE`.
    public var name: String { "ZRANGE" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        let selection = SortedSetSelection(range: range, isReversed: isReversed, limit: limit)
        selection.write(to: &writer)
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The elements.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> [[UInt8]] { try reply.decodeByteArrays() }
}

/// `ZRANGE` with `WITHSCORES`: members of a sorted set and their scores.
///
/// Needs Redis 6.2.
public struct ZRangeWithScores: RedisCommand {
    /// The key.
    public var key: String
    /// What part is wanted.
    public var range: SortedSetRange
    /// Whether the highest score comes first.
    public var isReversed: Bool
    /// With scores: which of the members found; nil is all.
    public var limit: Range<Int>?

    /// Creates the command.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - range: What part is wanted.
    ///   - isReversed: Whether the highest score comes first.
    ///   - limit: With scores: which of the members found; nil is all.
    public init(
        _ key: String,
        _ range: SortedSetRange = .indexes(from: 0, to: -1),
        reversed isReversed: Bool = false,
        limit: Range<Int>? = nil
    ) {
        self.key = key
        self.range = range
        self.isReversed = isReversed
        self.limit = limit
    }

    /// `ZRANGE`.
    public var name: String { "ZRANGE" }

    /// Writes the arguments.
    ///
    /// - Parameter writer: Where to write them.
    public func encode(into writer: inout RESPWriter) {
        writer.write(key)
        let selection = SortedSetSelection(range: range, isReversed: isReversed, limit: limit)
        selection.write(to: &writer)
        writer.write("WITHSCORES")
    }

    /// Decodes the reply.
    ///
    /// - Parameter reply: The reply.
    /// - Returns: The members with their scores.
    /// - Throws: ``RedisError/Code/unexpectedReply`` for a reply of another type.
    public func decode(_ reply: RedisValue) throws(RedisError) -> [ScoredMember] {
        let parts = try reply.decodeArray()
        guard parts.count.isMultiple(of: 2) else { throw reply.unexpected("members and scores") }
        var members: [ScoredMember] = []
        for index in stride(from: 0, to: parts.count, by: 2) {
            guard let member = parts[index].bytes, let score = parts[index + 1].double else {
                throw reply.unexpected("members and scores")
            }
            members.append(ScoredMember(member: member, score: score))
        }
        return members
    }
}
