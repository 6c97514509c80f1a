internal import NIOCore

extension TimeAmount {
    // A hundred years: far enough to be "never", near enough for arithmetic on nanoseconds not to overflow.
    private static let limit = Int64(100 * 365 * 86_400)

    /// The time in nanoseconds, or a hundred years if that is less.
    init(clamping duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard abs(seconds) < TimeAmount.limit else {
            self = .seconds(seconds < 0 ? 0 : TimeAmount.limit)
            return
        }
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

extension NIODeadline {
    /// The moment `duration` from now.
    static func after(_ duration: Duration) -> NIODeadline { .now() + TimeAmount(clamping: duration) }
}
