/// How often a message is sent again when the broker cannot be reached (`task_publish_retry_policy`).
///
/// An answer that gets lost does not have it sent twice where broker and result backend are one server.
public struct PublishRetries: Sendable, Hashable {
    /// How often (`max_retries`).
    public var most: Int
    /// How long the first pause is (`interval_start`).
    public var start: Duration
    /// By how much each pause is longer than the one before (`interval_step`).
    public var step: Duration
    /// How long a pause becomes at most (`interval_max`).
    public var maximum: Duration

    /// Makes a policy; the defaults are Celery's.
    public init(
        most: Int = 3,
        start: Duration = .zero,
        step: Duration = .milliseconds(200),
        maximum: Duration = .seconds(1)
    ) {
        self.most = most
        self.start = start
        self.step = step
        self.maximum = maximum
    }

    /// How long to wait after so many failures; nil when it is given up (kombu/utils/functional.py, `retry_over_time`).
    func pause(after failures: Int) -> Duration? {
        failures <= most ? min(start + step * (failures - 1), max(maximum, start)) : nil
    }
}
