/// Values that are forgotten when their time is over, as keys in Redis are.
struct ExpiringValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var value: Value
        /// Nil for one that stays.
        var end: ContinuousClock.Instant?

        func isOver(at now: ContinuousClock.Instant) -> Bool { end.map { $0 <= now } ?? false }
    }

    private var entries: [Key: Entry] = [:]
    private var nextSweep = ContinuousClock.now

    /// How often values are looked for that nobody asks for any more.
    private static var sweepInterval: Duration { .seconds(60) }

    /// A value, if its time is not over.
    func value(of key: Key, at now: ContinuousClock.Instant = .now) -> Value? {
        entries[key].flatMap { $0.isOver(at: now) ? nil : $0.value }
    }

    /// Keeps a value.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - key: Its key.
    ///   - lifetime: For how many seconds from now; zero for ever.
    ///   - now: The present.
    mutating func set(_ value: Value, of key: Key, lifetime: Int, at now: ContinuousClock.Instant = .now) {
        if now >= nextSweep {
            entries = entries.filter { !$0.value.isOver(at: now) }
            nextSweep = now + Self.sweepInterval
        }
        entries[key] = Entry(value: value, end: lifetime > 0 ? now + .seconds(lifetime) : nil)
    }

    /// Forgets a value.
    mutating func remove(_ key: Key) { entries[key] = nil }

    /// How many are in memory.
    var count: Int { entries.count }
}
