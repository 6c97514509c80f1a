/// The commands of `celery control` that people use most (celery/app/control.py); each waits a second for answers.
extension ControlClient {
    /// Sets how often a task may start in each worker.
    ///
    /// - Parameters:
    ///   - limit: The limit; `RateLimit.none` for none.
    ///   - task: The task.
    ///   - destination: Who is told.
    /// - Returns: The answers: `{"ok": …}`, or `{"error": …}` with the reason.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `CancellationError`.
    @discardableResult
    public func limitRate(
        _ limit: RateLimit,
        of task: String,
        destination: ControlDestination = .everybody
    ) async throws -> [ControlReply] {
        let arguments: JSONObject = ["task_name": .string(task), "rate_limit": .string(limit.description)]
        return try await ask("rate_limit", arguments, of: destination)
    }

    /// Sets how long a task may run, from its next run on.
    ///
    /// - Parameters:
    ///   - task: The task.
    ///   - hard: The time after which it is killed; none when nil.
    ///   - soft: The time after which it is cancelled; none when nil.
    ///   - destination: Who is told.
    /// - Returns: The answers: `{"ok": …}`, or `{"error": …}` with the reason.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `CancellationError`.
    @discardableResult
    public func limitTime(
        of task: String,
        hard: Duration?,
        soft: Duration? = nil,
        destination: ControlDestination = .everybody
    ) async throws -> [ControlReply] {
        let arguments: JSONObject = [
            "task_name": .string(task), "hard": hard?.jsonSeconds ?? .null, "soft": soft?.jsonSeconds ?? .null,
        ]
        return try await ask("time_limit", arguments, of: destination)
    }

    /// Adds slots to the pool of each worker.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - destination: Who is told.
    /// - Returns: The answers: `{"ok": …}`, or `{"error": …}` with the reason.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `CancellationError`.
    @discardableResult
    public func growPool(
        by count: Int = 1,
        destination: ControlDestination = .everybody
    ) async throws -> [ControlReply] {
        try await ask("pool_grow", ["n": .integer(count)], of: destination)
    }

    /// Takes slots from the pool of each worker.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - destination: Who is told.
    /// - Returns: The answers: `{"ok": …}`, or `{"error": …}` with the reason.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `CancellationError`.
    @discardableResult
    public func shrinkPool(
        by count: Int = 1,
        destination: ControlDestination = .everybody
    ) async throws -> [ControlReply] {
        try await ask("pool_shrink", ["n": .integer(count)], of: destination)
    }

    /// Sets the bounds of the pools of workers that were started with `--autoscale`.
    ///
    /// - Parameters:
    ///   - limits: The most and the fewest slots.
    ///   - destination: Who is told.
    /// - Returns: The answers: `{"ok": …}`, or `{"error": …}` with the reason.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `CancellationError`.
    @discardableResult
    public func autoscale(
        _ limits: AutoscaleLimits,
        destination: ControlDestination = .everybody
    ) async throws -> [ControlReply] {
        try await ask("autoscale", ["max": .integer(limits.max), "min": .integer(limits.min)], of: destination)
    }

    /// Has workers read one more queue.
    ///
    /// - Parameters:
    ///   - queue: The queue.
    ///   - destination: Who is told.
    /// - Returns: The answers: `{"ok": …}`, or `{"error": …}` with the reason.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `CancellationError`.
    @discardableResult
    public func addConsumer(
        _ queue: Queue,
        destination: ControlDestination = .everybody
    ) async throws -> [ControlReply] {
        try await ask("add_consumer", Self.arguments(of: queue), of: destination)
    }

    /// Has workers read a queue no longer.
    ///
    /// - Parameters:
    ///   - queue: The queue.
    ///   - destination: Who is told.
    /// - Returns: The answers: `{"ok": …}`, or `{"error": …}` with the reason.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `CancellationError`.
    @discardableResult
    public func cancelConsumer(
        _ queue: QueueName,
        destination: ControlDestination = .everybody
    ) async throws -> [ControlReply] {
        try await ask("cancel_consumer", ["queue": .string(queue.rawValue)], of: destination)
    }

    /// Has workers send events of their tasks, or send them no longer; those that were started with `-E` always do.
    ///
    /// - Parameters:
    ///   - isOn: Whether they are sent.
    ///   - destination: Who is told.
    /// - Returns: The answers: `{"ok": …}`.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `CancellationError`.
    @discardableResult
    public func sendEvents(
        _ isOn: Bool,
        destination: ControlDestination = .everybody
    ) async throws -> [ControlReply] {
        try await ask(isOn ? "enable_events" : "disable_events", of: destination)
    }

    private static func arguments(of queue: Queue) -> JSONObject {
        [
            "queue": .string(queue.name.rawValue),
            "exchange": .string(queue.exchange.name),
            "exchange_type": .string(queue.exchange.type.rawValue),
            "routing_key": .string(queue.routingKey),
        ]
    }
}
