/// Whether Redis is away, and when to ask it again.
///
/// While it is away, one caller in each pause finds out whether it is back; the others do without it at once.
struct Outage: Sendable {
    typealias Instant = ContinuousClock.Instant

    private let pause: Duration
    private var nextAttempt: Instant?

    /// Starts without an outage.
    ///
    /// - Parameter pause: The time between attempts.
    init(pause: Duration) { self.pause = pause }

    /// Whether the caller may ask Redis now.
    mutating func allowsAttempt(now: Instant) -> Bool {
        guard let nextAttempt else { return true }
        guard now >= nextAttempt else { return false }
        self.nextAttempt = now + pause
        return true
    }

    /// Notes that Redis did not answer.
    ///
    /// - Parameter now: The time.
    /// - Returns: Whether this begins an outage.
    mutating func failed(now: Instant) -> Bool {
        defer { nextAttempt = now + pause }
        return nextAttempt == nil
    }

    /// Notes that Redis answered.
    ///
    /// - Returns: Whether this ends an outage.
    mutating func succeeded() -> Bool {
        defer { nextAttempt = nil }
        return nextAttempt != nil
    }
}
