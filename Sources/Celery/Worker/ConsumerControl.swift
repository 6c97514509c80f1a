import Logging

/// The queues that a worker reads, as remote control changes them.
protocol ConsumerControl: Sendable {
    /// The queues that are read now, in the order in which they were added.
    var activeQueues: [Queue] { get }

    /// Reads one more queue from now on.
    ///
    /// A queue that the worker's settings declare is taken as declared; any other is made of the options.
    ///
    /// - Parameters:
    ///   - name: The queue; nothing happens if it is read already.
    ///   - options: `exchange`, `exchange_type`, `routing_key` and what else Celery's `add_consumer` takes.
    /// - Throws: ``CeleryError`` with the code `invalidConfiguration` for options that cannot be, `unavailable` when the
    ///   broker cannot be told.
    func addConsumer(_ name: QueueName, options: JSONObject) async throws

    /// Reads a queue no longer; what was taken from it already is worked on.
    ///
    /// - Parameter name: The queue; nothing happens if it is not read.
    func cancelConsumer(_ name: QueueName) async
}

/// Adds queues to a consumer and takes them away.
struct WorkerQueues: ConsumerControl {
    let broker: any Broker
    let consumer: any Consumer
    /// Knows the queues that are declared.
    let router: TaskRouter
    let logger: Logger

    var activeQueues: [Queue] { consumer.queues }

    func addConsumer(_ name: QueueName, options: JSONObject) async throws {
        // celery/worker/consumer/consumer.py, add_task_queue
        let queue = try router.declaredQueue(name) ?? Queue(name, options: options)
        guard !consumer.queues.contains(where: { $0.name == queue.name }) else { return }
        try await broker.declare([queue])
        consumer.add(queue)
        logger.info("Started consuming from \(queue.name)")
    }

    func cancelConsumer(_ name: QueueName) async {
        logger.info("Canceling queue \(name)")
        consumer.cancel(router.declaredQueue(name)?.name ?? name)
    }
}
