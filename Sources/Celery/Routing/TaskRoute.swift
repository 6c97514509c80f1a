/// What a rule of `task_routes` says about a task: options of `apply_async`, above all where it goes.
public struct TaskRoute: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The options, under Celery's names.
    public var options: JSONObject

    /// Takes options under Celery's names, such as `queue`, `exchange`, `routing_key`, `priority`.
    ///
    /// - Parameter options: The options.
    public init(options: JSONObject) {
        self.options = options
    }

    /// Makes a route.
    ///
    /// - Parameters:
    ///   - queue: The queue.
    ///   - exchange: The exchange, with a routing key.
    ///   - routingKey: The routing key; the queue's own when nil.
    ///   - priority: The priority.
    public init(
        queue: QueueName? = nil,
        exchange: String? = nil,
        routingKey: String? = nil,
        priority: Int? = nil
    ) {
        options = [:]
        if let queue { options["queue"] = .string(queue.rawValue) }
        if let exchange { options["exchange"] = .string(exchange) }
        if let routingKey { options["routing_key"] = .string(routingKey) }
        if let priority { options["priority"] = .integer(priority) }
    }

    /// Takes the name of a queue.
    ///
    /// - Parameter value: The name.
    public init(stringLiteral value: String) {
        self.init(queue: QueueName(value))
    }
}
