/// When Redis forgets a value, as it is told.
enum Expiry: Sendable, Hashable {
    case never
    /// `SETEX`, which is what the Python service sends.
    case seconds(Int64)
    /// `PSETEX`, for times that are not whole seconds.
    case milliseconds(Int64)

    /// Reads a time to live.
    ///
    /// Zero is refused: to Python it means "never expires", which nobody expects of a time to live of no time.
    ///
    /// - Parameters:
    ///   - ttl: The time to live; nil is for ever. Fractions of a millisecond count as a whole one.
    ///   - operation: What it is for.
    /// - Throws: ``CacheError/Code/invalidTTL`` when it is zero or negative.
    init(ttl: Duration?, for operation: CacheError.Operation) throws(CacheError) {
        guard let ttl else {
            self = .never
            return
        }
        guard ttl > .zero else {
            let message = "a time to live must be positive; without one a value never expires"
            throw CacheError(.invalidTTL, operation: operation, message: message)
        }
        let (seconds, attoseconds) = ttl.components
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let (whole, isTooLarge) = seconds.multipliedReportingOverflow(by: 1000)
        if fraction == 0 || isTooLarge {
            self = .seconds(seconds)
        } else {
            self = .milliseconds(whole + fraction)
        }
    }
}
