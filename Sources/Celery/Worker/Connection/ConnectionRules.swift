/// What a worker does when it cannot reach its broker: Celery's settings of the connection.
public struct ConnectionRules: Sendable, Hashable {
    /// Whether it tries again (`broker_connection_retry`); if not, it stops.
    public var retries = true
    /// The same as long as it has not been connected (`broker_connection_retry_on_startup`); as ``retries`` when nil.
    public var retriesOnStartup: Bool?
    /// How many tries in a row may fail (`broker_connection_max_retries`); any number when nil, where Celery has 100.
    public var maxRetries: Int?
    /// Whether tasks that run when the connection breaks are ended and go back to their queues, unless they were
    /// acknowledged early (`worker_cancel_long_running_tasks_on_connection_loss`).
    ///
    /// Off: leases keep their messages for this worker, and they end as if nothing had happened.
    public var cancelsTasksOnLoss = false

    /// Makes rules that try for ever and leave tasks alone.
    public init() {}
}
