/// What a consumer reads, and what it promises about the messages it holds.
public struct ConsumerConfiguration: Sendable {
    /// The queues to read.
    public var queues: [Queue]
    /// In which order they are read.
    public var queueOrder: QueueOrder
    /// How long a delivery stays with a consumer that does not renew its lease.
    ///
    /// Held ones are renewed well inside it.
    public var visibilityTimeout: Duration
    /// How long a consumer may be silent before others take over what it held.
    public var livenessTimeout: Duration
    /// How often dead consumers and overdue deliveries are looked for.
    public var sweepInterval: Duration

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - queues: The queues to read.
    ///   - queueOrder: In which order they are read.
    ///   - visibilityTimeout: kombu's `visibility_timeout`, an hour unless told otherwise.
    ///   - livenessTimeout: Silence after which a consumer counts as dead.
    ///   - sweepInterval: Time between two looks for what has to be recovered; a third of `livenessTimeout` when nil.
    public init(
        queues: [Queue],
        queueOrder: QueueOrder = .roundRobin,
        visibilityTimeout: Duration = .seconds(3600),
        livenessTimeout: Duration = .seconds(12),
        sweepInterval: Duration? = nil
    ) {
        self.queues = queues
        self.queueOrder = queueOrder
        self.visibilityTimeout = visibilityTimeout
        self.livenessTimeout = livenessTimeout
        self.sweepInterval = sweepInterval ?? livenessTimeout / 3
    }
}
