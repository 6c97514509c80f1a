/// How many slots a pool is to have, and how many it has too many.
///
/// A slot that is too many goes when it is free.
struct PoolSize: Sendable, Hashable {
    /// The most slots that anybody may ask for.
    static let most = 100_000

    /// How many slots there are to be.
    private(set) var target: Int
    /// How many are still to go.
    private(set) var surplus = 0
    /// How often everything was replaced.
    private(set) var generation = 0

    init(_ target: Int) {
        self.target = max(0, target)
    }

    /// Changes how many slots there are to be.
    ///
    /// - Parameter new: How many.
    /// - Returns: How many slots have to be made; those that were to go and stay now are not among them.
    mutating func resize(to new: Int) -> Int {
        let change = max(0, new) - target
        target += change
        guard change > 0 else {
            surplus -= change
            return 0
        }
        let kept = min(surplus, change)
        surplus -= kept
        return change - kept
    }

    /// Takes a free slot away if there is one too many.
    mutating func endOne() -> Bool {
        guard surplus > 0 else { return false }
        surplus -= 1
        return true
    }

    /// Has everything replaced.
    mutating func renew() { generation += 1 }
}
