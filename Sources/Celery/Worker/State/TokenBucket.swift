/// Hands out the starts of one task (kombu/utils/limits.py, `TokenBucket`): it holds one, and fills up with time.
struct TokenBucket: Sendable {
    /// Tokens that come in a second; above zero.
    let rate: Double
    private var tokens = 1.0
    private var filled: Duration

    /// - Parameters:
    ///   - rate: Tokens that come in a second; above zero.
    ///   - now: The time, on a clock that does not go back.
    init(rate: Double, at now: Duration) {
        self.rate = rate
        filled = now
    }

    /// Takes a token, if one is there.
    mutating func take(at now: Duration) -> Bool {
        fill(at: now)
        // A wait that was calculated to the end may miss it by a rounding error.
        guard tokens >= 1 - 1e-9 else { return false }
        tokens -= 1
        return true
    }

    /// How long until there is one; a day at most, for then one can look again.
    mutating func wait(at now: Duration) -> Duration {
        fill(at: now)
        return .seconds(min(max(0, (1 - tokens) / rate), 86_400))
    }

    private mutating func fill(at now: Duration) {
        tokens = min(1, tokens + rate * (now - filled).seconds)
        filled = now
    }
}
