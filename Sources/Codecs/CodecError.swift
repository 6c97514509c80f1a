/// Why bytes could not be read or written.
package enum CodecError: Error, Hashable {
    /// This build does without the package trait of that name.
    case notBuilt(trait: String)
    /// The bytes are not what they should be, or there is something behind them.
    case damaged
    /// What they hold is larger than the limit, in bytes.
    case tooLarge(limit: Int)
    /// What they hold is nested deeper than the limit.
    case tooDeep(limit: Int)
    /// The bytes break the rules of their language at that place; both numbers count from 1.
    case syntax(problem: String, line: Int, column: Int)
    /// The library had no memory left, or refused for a reason of its own.
    case failed
}
