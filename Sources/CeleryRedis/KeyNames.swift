import Celery

/// Every key and channel name, in one place.
///
/// The shared ones are kombu's and Celery's; our own begin with `swift-celery:`.
struct KeyNames: Sendable, Hashable {
    /// How messages are kept.
    var transport = TransportOptions()
    /// The number of the broker's database, which is in the names of channels.
    var database = 0
    /// Celery's `global_keyprefix` of the result backend.
    var resultPrefix = ""

    var prefix: String { transport.globalKeyPrefix }

    // kombu/transport/redis.py: unacked_key, unacked_index_key, unacked_mutex_key.

    /// Hash, tag → `[envelope, exchange, routing key]`: delivered and not yet acknowledged.
    var unacked: String { prefix + transport.unackedKey }
    /// Sorted set, tag → Unix seconds: when it was delivered or last renewed.
    var unackedIndex: String { prefix + transport.unackedIndexKey }
    /// String: held by whoever restores overdue deliveries.
    var unackedMutex: String { prefix + transport.unackedMutexKey }

    /// Sorted set, consumer → Unix milliseconds: until when a consumer counts as alive.
    var consumers: String { prefix + "swift-celery:consumers" }
    /// Hash, tag → `[envelope, exchange, routing key]`: what a consumer acknowledged early and has not ended.
    func running(_ consumer: String) -> String { "\(prefix)swift-celery:running:\(consumer)" }
    /// Milliseconds for which that is kept without a sign of life.
    static let runningLifetime = 86_400_000
    /// Sorted set, tag → Unix milliseconds: what waits in `unacked` for its time, held by nobody.
    var parked: String { prefix + "swift-celery:parked" }
    /// How the tags of such messages begin: not as those of any consumer.
    static let parkedTag = "parked."
    /// List of JSON objects: messages that were set aside, with reason, queue and time.
    var deadLetters: String { prefix + "swift-celery:dead-letters" }

    /// Sorted set, task → Unix milliseconds: tasks that were revoked, for workers that start later.
    var revoked: String { prefix + "swift-celery:revoked" }

    /// Sorted set of one member, whose score is the highest time on the logical clock that a worker has left behind.
    var clock: String { prefix + "swift-celery:clock" }

    /// The list in which messages of a queue and a priority step wait.
    func list(_ queue: QueueName, step: Int) -> String {
        prefix + (step == 0 ? queue.rawValue : "\(queue.rawValue)\(transport.separator)\(step)")
    }

    /// The list for a message, by its priority.
    func list(_ queue: QueueName, priority: Int) -> String {
        list(queue, step: QueuePriority.step(for: priority, steps: transport.prioritySteps))
    }

    /// All lists of a queue, in the order in which they are read.
    func lists(_ queue: QueueName) -> [String] {
        transport.prioritySteps.map { list(queue, step: $0) }
    }

    /// The queues bound to an exchange.
    func bindings(_ exchange: String) -> String { "\(prefix)_kombu.binding.\(exchange)" }
    /// The same, of queues that do not expire: it keeps kombu 5.7 from sweeping the table away.
    func permanentBindings(_ exchange: String) -> String { "\(prefix)_kombu.binding_permanent.\(exchange)" }
    /// Sorted set, exchange → Unix milliseconds: until when its table is kept though all its queues expire.
    var bindingDeadlines: String { "\(prefix)_kombu.binding_deadlines" }

    /// A binding's member: routing key, pattern, queue.
    func member(_ entry: BindingEntry) -> String { entry.text(separator: transport.separator) }

    /// The channel of a fanout exchange (kombu/transport/redis.py, `_get_publish_topic`).
    func channel(_ exchange: String, routingKey: String) -> String {
        let base = "\(prefix)\(transport.fanoutPrefix.replacing("{db}", with: String(database)))\(exchange)"
        return routingKey.isEmpty || !transport.fanoutPatterns ? base : "\(base)/\(routingKey)"
    }

    /// What is kept of a chord, by the suffix of its key (celery/backends/redis.py).
    enum ChordKey: String {
        /// String: the number of header tasks.
        case size = ".s"
        /// String: how many tasks joined the chord later.
        case difference = ".t"
        /// Sorted set, or list if the order does not count: the parts that have ended.
        case parts = ".j"
        /// Set: the parts that have been counted.
        case seen = ".d"
        /// String: who settles the chord; `done` when it is settled.
        case claim = ".c"
    }

    /// The saved result of a group.
    func group(_ id: String) -> String { "\(resultPrefix)celery-taskset-meta-\(id)" }

    /// A part of what is kept of a chord.
    func chord(_ group: String, _ key: ChordKey) -> String { self.group(group) + key.rawValue }

    /// String: there when a step has been taken that must not be taken twice.
    func step(_ name: String) -> String { "\(resultPrefix)swift-celery:step:\(name)" }

    /// A task's state: the key it is stored in and the channel it is published on.
    func result(_ id: TaskID) -> String { "\(resultPrefix)celery-task-meta-\(id.rawValue)" }
}
