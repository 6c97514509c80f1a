/// Which errors of a task lead to another run, and how long it waits for that (Celery's `autoretry_for` and what goes
/// with it, celery/app/autoretry.py).
///
/// ``Retry``, ``Reject`` and ``Ignore`` say themselves what follows and are never looked at.
public struct RetryPolicy: Sendable {
    /// Whether an error is worth another run (`autoretry_for`, `dont_autoretry_for`).
    public var isWorthARetry: @Sendable (any Error) -> Bool
    /// How many retries there are at most; ``TaskOptions/maxRetries`` when nil (`retry_kwargs`, `max_retries`).
    public var maxRetries: Int?
    /// How long each retry waits, without ``backoff``; ``TaskOptions/retryDelay`` when nil (`retry_kwargs`, `countdown`).
    public var countdown: Duration?
    /// The seconds that the first retry waits; each further one waits twice as long (`retry_backoff`).
    public var backoff: Int?
    /// The longest that any retry waits with ``backoff``; whole seconds (`retry_backoff_max`).
    public var backoffMax: Duration
    /// Whether a retry with ``backoff`` waits for any time up to its own, so that not all come at once (`retry_jitter`).
    public var jitter: Bool

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - maxRetries: How many retries there are at most; the task's own number when nil.
    ///   - countdown: How long each retry waits, without `backoff`.
    ///   - backoff: The seconds that the first retry waits, at least one; each further one waits twice as long.
    ///   - backoffMax: The longest that any retry waits with `backoff`.
    ///   - jitter: Whether a retry with `backoff` waits for any time up to its own.
    ///   - isWorthARetry: Which errors lead to a retry; all of them by default.
    public init(
        maxRetries: Int? = nil,
        countdown: Duration? = nil,
        backoff: Int? = nil,
        backoffMax: Duration = .seconds(600),
        jitter: Bool = true,
        when isWorthARetry: @escaping @Sendable (any Error) -> Bool = { _ in true }
    ) {
        self.isWorthARetry = isWorthARetry
        self.maxRetries = maxRetries
        self.countdown = countdown
        self.backoff = backoff
        self.backoffMax = backoffMax
        self.jitter = jitter
    }

    /// Makes a policy for some types of errors.
    ///
    /// - Parameters:
    ///   - failures: The types.
    ///   - maxRetries: How many retries there are at most; the task's own number when nil.
    ///   - countdown: How long each retry waits, without `backoff`.
    ///   - backoff: The seconds that the first retry waits, at least one; each further one waits twice as long.
    ///   - backoffMax: The longest that any retry waits with `backoff`.
    ///   - jitter: Whether a retry with `backoff` waits for any time up to its own.
    public init<each Failure: Error>(
        for failures: repeat (each Failure).Type,
        maxRetries: Int? = nil,
        countdown: Duration? = nil,
        backoff: Int? = nil,
        backoffMax: Duration = .seconds(600),
        jitter: Bool = true
    ) {
        self.init(
            maxRetries: maxRetries,
            countdown: countdown,
            backoff: backoff,
            backoffMax: backoffMax,
            jitter: jitter
        ) { error in
            var isListed = false
            for type in repeat each failures { isListed = isListed || isError(error, of: type) }
            return isListed
        }
    }

    /// How long the next retry waits; nil if the task's own delay counts.
    ///
    /// - Parameters:
    ///   - retries: How often the task was retried already.
    ///   - generator: Where chance comes from.
    /// - Returns: The time (celery/utils/time.py, `get_exponential_backoff_interval`).
    func delay(retries: Int, using generator: inout some RandomNumberGenerator) -> Duration? {
        guard let backoff else { return countdown }
        let most = Int(max(backoffMax, .zero) / .seconds(1))
        let (product, overflow) = max(1, backoff).multipliedReportingOverflow(by: 1 << min(max(retries, 0), 62))
        let full = overflow ? most : min(most, product)
        return .seconds(jitter ? Int.random(in: 0...full, using: &generator) : full)
    }
}

private func isError<Failure: Error>(_ error: any Error, of type: Failure.Type) -> Bool { error is Failure }
