/// How often a result is written or read again when the backend cannot be reached.
///
/// A worker does not depend on it for the end of a task: it holds the message until the result is stored, however long
/// that takes. It counts for what a running task reports, and for clients.
public struct ResultRetries: Sendable, Hashable {
    /// How often a write is tried again (`retry_policy` of `result_backend_transport_options`); without end when nil.
    public var writes: Int?
    /// How long the first pause between two writes is (`interval_start`).
    public var start: Duration
    /// By how much each pause is longer than the one before (`interval_step`).
    public var step: Duration
    /// How long a pause becomes at most (`interval_max`).
    public var maximum: Duration
    /// Whether everything is tried again, reading as well (`result_backend_always_retry`).
    public var always: Bool
    /// How often, if always (`result_backend_max_retries`); without end when nil.
    public var most: Int?
    /// The first pause, if always (`result_backend_base_sleep_between_retries_ms`); each next one is twice as long.
    public var basePause: Duration
    /// The longest pause, if always (`result_backend_max_sleep_between_retries_ms`).
    public var maximumPause: Duration

    /// Makes a policy; the defaults are Celery's.
    public init(
        writes: Int? = 20,
        start: Duration = .zero,
        step: Duration = .seconds(1),
        maximum: Duration = .seconds(1),
        always: Bool = false,
        most: Int? = nil,
        basePause: Duration = .milliseconds(10),
        maximumPause: Duration = .seconds(10)
    ) {
        self.writes = writes
        self.start = start
        self.step = step
        self.maximum = maximum
        self.always = always
        self.most = most
        self.basePause = basePause
        self.maximumPause = maximumPause
    }

    /// How long to wait before something is tried again.
    ///
    /// - Parameters:
    ///   - failures: How often it has failed, at least once.
    ///   - isWrite: Whether it stores something.
    /// - Returns: The pause; nil when it is given up.
    package func pause(after failures: Int, isWrite: Bool) -> Duration? {
        // kombu/utils/functional.py, retry_over_time
        if isWrite, writes.map({ failures <= $0 }) ?? true {
            return min(start + step * (failures - 1), max(maximum, start))
        }
        // celery/backends/base.py, _ensure_retryable: what the inner policy has given up counts once here.
        let tries = isWrite ? failures - (writes ?? 0) : failures
        guard always, most.map({ tries <= $0 }) ?? true else { return nil }
        let doublings = min(tries, 30)
        return .seconds(Double.random(in: 0...min(basePause * (1 << doublings), maximumPause).seconds))
    }
}
