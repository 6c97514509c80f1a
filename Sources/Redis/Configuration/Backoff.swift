extension RedisClientConfiguration {
    /// Growing pauses with jitter, so that many clients do not come back in step.
    public struct Backoff: Sendable, Hashable {
        /// The longest that the first pause may be.
        public var minimum: Duration
        /// The longest that any pause may be.
        public var maximum: Duration

        /// Creates pauses that double from `minimum` to `maximum`.
        ///
        /// - Parameters:
        ///   - minimum: The longest that the first pause may be.
        ///   - maximum: The longest that any pause may be.
        public init(minimum: Duration = .milliseconds(100), maximum: Duration = .seconds(3)) {
            self.minimum = minimum
            self.maximum = maximum
        }

        // "Equal jitter": half of the pause is certain, so that a dead server is never asked in a tight loop.
        func delay(attempt: Int, using generator: inout some RandomNumberGenerator) -> Duration {
            let full = min(minimum * (1 << min(max(attempt, 0), 20)), maximum)
            return full * Double.random(in: 0.5...1, using: &generator)
        }
    }
}
