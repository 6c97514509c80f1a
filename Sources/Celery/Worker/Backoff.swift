/// Growing pauses between tries, with jitter so that a fleet does not come back all at once.
struct Backoff: Sendable {
    private var exponent = 0

    /// The next pause: about 0.1 s at first, 2 s at most.
    mutating func next() -> Duration {
        let pause = min(2, 0.1 * Double(1 << exponent))
        exponent = min(exponent + 1, 6)
        return .seconds(pause * Double.random(in: 0.5...1))
    }
}
