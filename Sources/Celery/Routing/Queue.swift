/// A queue with its exchange, as Celery's `task_queues` declares them (kombu/entity.py).
///
/// A plain name is a queue with a direct exchange and a routing key of the same name, as Celery makes queues that nobody
/// has declared.
public struct Queue: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The name.
    public var name: QueueName
    /// The exchange; one without a name leaves only the ``bindings``.
    public var exchange: Exchange
    /// The routing key with which it is bound; a pattern for topic exchanges.
    public var routingKey: String
    /// What else it is bound to.
    public var bindings: [QueueBinding]
    /// A queue that nobody reads or writes for so long vanishes with its messages (`x-expires`), in whole milliseconds.
    public var expires: Duration?
    /// The highest priority (`x-max-priority`); Redis does not look at it.
    public var maxPriority: Int?
    /// Whether it is said to survive a restart of the server; Redis does not care.
    public var isDurable: Bool
    /// Whether it goes, with its messages, when its consumer ends.
    public var isAutoDeleted: Bool
    /// Another name to choose it by, for queues whose own name is made up.
    public var alias: String?

    /// Makes a queue.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - exchange: The exchange; a direct one of the queue's name when nil.
    ///   - routingKey: The routing key with which it is bound; the queue's name when nil.
    ///   - bindings: What else it is bound to.
    ///   - expires: The time after which it vanishes when nobody uses it.
    ///   - maxPriority: The highest priority.
    ///   - isDurable: Whether it is said to survive a restart of the server.
    ///   - isAutoDeleted: Whether it goes when its consumer ends.
    ///   - alias: Another name to choose it by.
    public init(
        _ name: QueueName,
        exchange: Exchange? = nil,
        routingKey: String? = nil,
        bindings: [QueueBinding] = [],
        expires: Duration? = nil,
        maxPriority: Int? = nil,
        isDurable: Bool = true,
        isAutoDeleted: Bool = false,
        alias: String? = nil
    ) {
        self.name = name
        self.exchange = exchange ?? Exchange(name.rawValue)
        self.routingKey = routingKey ?? name.rawValue
        self.bindings = bindings
        self.expires = expires
        self.maxPriority = maxPriority
        self.isDurable = isDurable
        self.isAutoDeleted = isAutoDeleted
        self.alias = alias
    }

    /// Takes a plain name.
    ///
    /// - Parameter value: The name.
    public init(stringLiteral value: String) {
        self.init(QueueName(value))
    }

    /// A queue of one consumer that gets its own copy of everything sent to a fanout exchange.
    ///
    /// - Parameters:
    ///   - exchange: The name of the exchange, by which the queue is chosen too.
    ///   - name: The queue's name, unique for each consumer; a random one when nil.
    ///   - routingKey: The routing key that messages have. Celery sends the default one, `task_default_routing_key`; on
    ///     Redis others are not heard, but for an empty one, which stands for all.
    /// - Returns: The queue.
    public static func broadcast(
        _ exchange: String,
        name: QueueName? = nil,
        routingKey: String = QueueName.celery.rawValue
    ) -> Queue {
        // kombu/common.py, Broadcast
        Queue(
            name ?? QueueName("bcast.\(randomUUIDText())"),
            exchange: Exchange(exchange, type: .fanout),
            routingKey: routingKey,
            isAutoDeleted: true,
            alias: exchange
        )
    }

    /// The queue of a worker's own, for tasks that must run there (`worker_direct`).
    ///
    /// - Parameter nodeName: The worker's full node name.
    /// - Returns: The queue.
    public static func workerDirect(_ nodeName: String) -> Queue {
        // celery/utils/nodenames.py, worker_direct
        Queue(QueueName("\(nodeName).dq2"), exchange: Exchange("C.dq2"), routingKey: nodeName)
    }

    /// All ties to exchanges: those that have a name.
    public var allBindings: [QueueBinding] {
        ([QueueBinding(exchange, routingKey: routingKey)] + bindings).filter { !$0.exchange.name.isEmpty }
    }

    /// Whether messages come by publication, not by a list.
    public var isFanout: Bool { allBindings.contains { $0.exchange.type == .fanout } }

    /// The queues of plain names.
    ///
    /// - Parameter names: The names.
    /// - Returns: The queues.
    public static func named(_ names: some Sequence<QueueName>) -> [Queue] {
        names.map { Queue($0) }
    }
}
