/// Decides where tasks go: `task_queues`, `task_routes`, the default queue and priority of Celery's settings.
///
/// A value without I/O, so that clients, workers and workflows decide alike.
public struct TaskRouter: Sendable {
    /// The declared queues (`task_queues`); the first one of a name counts.
    public var queues: [Queue]
    /// The queue of tasks that nothing else is said about (`task_default_queue`).
    public var defaultQueue: Queue
    /// The rules (`task_routes`), the first that has an answer decides.
    public var rules: [TaskRouteRule]
    /// The priority of calls that have none (`task_default_priority`); before that of a route, as in Celery.
    ///
    /// A worker gives it to the tasks that are registered there, as Celery does (celery/app/task.py, `from_config`).
    public var defaultPriority: Int?
    /// Whether a queue that is not declared is made up (`task_create_missing_queues`).
    public var createsMissingQueues: Bool
    /// The type of the exchanges of queues that are made up (`task_create_missing_queue_exchange_type`).
    public var missingExchangeType: ExchangeType

    /// Makes a router; the defaults are Celery's.
    ///
    /// - Parameters:
    ///   - queues: The declared queues.
    ///   - defaultQueue: The queue of tasks that nothing else is said about.
    ///   - rules: The rules.
    ///   - defaultPriority: The priority of calls that have none.
    ///   - createsMissingQueues: Whether a queue that is not declared is made up.
    ///   - missingExchangeType: The type of the exchanges of queues that are made up.
    public init(
        queues: [Queue] = [],
        defaultQueue: Queue = "celery",
        rules: [TaskRouteRule] = [],
        defaultPriority: Int? = nil,
        createsMissingQueues: Bool = true,
        missingExchangeType: ExchangeType = .direct
    ) {
        self.queues = queues
        self.defaultQueue = defaultQueue
        self.rules = rules
        self.defaultPriority = defaultPriority
        self.createsMissingQueues = createsMissingQueues
        self.missingExchangeType = missingExchangeType
    }

    /// Where a call goes.
    ///
    /// - Parameters:
    ///   - task: The task's name.
    ///   - options: The options of the call, under Celery's names.
    /// - Returns: The destination.
    /// - Throws: ``CeleryError`` with the code `invalidConfiguration` when the queue is not declared and may not be made up.
    public func destination(for task: String, options: JSONObject = [:]) throws(CeleryError) -> Destination {
        try route(task, options: options).destination
    }

    /// Where a call goes and with which options.
    ///
    /// - Parameters:
    ///   - task: The task's name.
    ///   - args: The positional arguments, for rules that look at them.
    ///   - kwargs: The keyword arguments, for rules that look at them.
    ///   - options: The options of the call, under Celery's names; what they say wins.
    /// - Returns: The destination, the queue to declare before, and all options.
    /// - Throws: ``CeleryError`` with the code `invalidConfiguration` when the queue is not declared and may not be made up.
    public func route(
        _ task: String,
        args: [JSONValue] = [],
        kwargs: JSONObject = [:],
        options: JSONObject = [:]
    ) throws(CeleryError) -> RoutedCall {
        try route(task, args: args, kwargs: kwargs, options: options, hasDefaultPriority: true)
    }

    /// Where a call goes and with which options, with the default priority or without it.
    func route(
        _ task: String,
        args: [JSONValue],
        kwargs: JSONObject,
        options: JSONObject,
        hasDefaultPriority: Bool
    ) throws(CeleryError) -> RoutedCall {
        var options = options
        if hasDefaultPriority, let defaultPriority, options["priority"]?.isNull ?? true {
            options["priority"] = .integer(defaultPriority)
        }
        let call = RoutedTask(name: task, args: args, kwargs: kwargs, options: options)
        // celery/app/routes.py, Router.route: the call's own options win, unless they are null.
        if let route = rules.lazy.compactMap({ $0.route(call) }).first {
            for (name, value) in route.options where options[name]?.isNull ?? true { options[name] = value }
        }
        let chosen = try queue(options["queue"]) ?? defaultQueue
        let (destination, queue) = resolve(chosen, options)
        for name in ["queue", "exchange", "exchange_type", "routing_key"] { options[name] = nil }
        return RoutedCall(destination: destination, queue: queue, options: options)
    }

    /// The queue of a name or an alias.
    ///
    /// - Parameter name: The name.
    /// - Returns: The declared queue, or one that is made up.
    /// - Throws: ``CeleryError`` with the code `invalidConfiguration` when it is not declared and may not be made up.
    public func queue(named name: QueueName) throws(CeleryError) -> Queue {
        if let queue = declaredQueue(name) { return queue }
        guard createsMissingQueues else {
            throw CeleryError(
                .invalidConfiguration,
                "queue \(name) is missing from task_queues, and task_create_missing_queues is off"
            )
        }
        return Queue(name, exchange: Exchange(name.rawValue, type: missingExchangeType))
    }

    /// The declared queue of a name or an alias, the default one included.
    ///
    /// - Parameter name: The name.
    /// - Returns: The queue; nil if there is none.
    public func declaredQueue(_ name: QueueName) -> Queue? {
        let all = queues + [defaultQueue]
        return all.first { $0.alias == name.rawValue } ?? all.first { $0.name == name }
    }

    /// The type of an exchange that a declared queue is bound to.
    ///
    /// - Parameter exchange: The exchange's name.
    /// - Returns: The type; nil if no queue tells.
    public func type(of exchange: String) -> ExchangeType? {
        (queues + [defaultQueue]).lazy.flatMap(\.allBindings).first { $0.exchange.name == exchange }?.exchange.type
    }

    private func queue(_ value: JSONValue?) throws(CeleryError) -> Queue? {
        switch value {
        case .string(let name) where !name.isEmpty:
            return try queue(named: QueueName(name))
        case .object(let members):
            guard let name = members["name"]?.stringValue else { return nil }
            return try Queue(QueueName(name), options: members)
        default:
            return nil
        }
    }

    // celery/app/amqp.py, send_task_message
    private func resolve(_ queue: Queue, _ options: JSONObject) -> (Destination, Queue?) {
        let given = options["exchange"]
        let exchange = given?.stringValue ?? given?["name"]?.stringValue
        let key = options["routing_key"]?.stringValue ?? ""
        let type = options["exchange_type"]?.stringValue ?? queue.exchange.type.rawValue
        // A broadcast queue is its consumer's own.
        let declared = queue.isFanout ? nil : queue
        if exchange?.isEmpty ?? true || key.isEmpty, type == ExchangeType.direct.rawValue {
            return (.queue(queue.name), declared)
        }
        if let exchange {
            let known = self.type(of: exchange) ?? given?["type"]?.stringValue.flatMap(ExchangeType.init(rawValue:))
            let told = options["exchange_type"]?.stringValue.flatMap(ExchangeType.init(rawValue:))
            return (.exchange(exchange, type: known ?? told, routingKey: key), declared)
        }
        let name = queue.exchange.name.isEmpty ? defaultQueue.exchange.name : queue.exchange.name
        let keys = [key, queue.routingKey, defaultQueue.routingKey]
        let chosen = keys.first { !$0.isEmpty } ?? ""
        return (.exchange(name, type: queue.exchange.type, routingKey: chosen), declared)
    }
}

/// A call that has been routed.
public struct RoutedCall: Sendable {
    /// Where it goes.
    public var destination: Destination
    /// The queue that is declared before; nil for broadcasts.
    public var queue: Queue?
    /// The other options, those of the route and the default priority included.
    public var options: JSONObject
}
