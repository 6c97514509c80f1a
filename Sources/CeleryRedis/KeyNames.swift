import Celery

/// Every key and channel name, in one place.
///
/// The shared ones are kombu's and Celery's; our own begin with `swift-celery:`.
struct KeyNames: Sendable, Hashable {
    /// kombu's `global_keyprefix`: put before every broker key.
    var brokerPrefix = ""
    /// Celery's `global_keyprefix` of the result backend.
    var resultPrefix = ""

    // kombu/transport/redis.py: unacked_key, unacked_index_key, unacked_mutex_key.

    /// Hash, tag → `[envelope, exchange, routing key]`: delivered and not yet acknowledged.
    var unacked: String { brokerPrefix + "unacked" }
    /// Sorted set, tag → Unix seconds: when it was delivered or last renewed.
    var unackedIndex: String { brokerPrefix + "unacked_index" }
    /// String: held by whoever restores overdue deliveries.
    var unackedMutex: String { brokerPrefix + "unacked_mutex" }

    /// Sorted set, consumer → Unix milliseconds: until when a consumer counts as alive.
    var consumers: String { brokerPrefix + "swift-celery:consumers" }
    /// List of JSON objects: messages that were set aside, with reason, queue and time.
    var deadLetters: String { brokerPrefix + "swift-celery:dead-letters" }

    /// kombu's separator of queue names and priority steps, and of the parts of a binding.
    static let separator = "\u{06}\u{16}"

    /// The list in which messages of a queue and a priority step wait.
    func list(_ queue: QueueName, step: Int) -> String {
        brokerPrefix + (step == 0 ? queue.rawValue : "\(queue.rawValue)\(Self.separator)\(step)")
    }

    /// The list for a message, by its priority.
    func list(_ queue: QueueName, priority: Int) -> String {
        list(queue, step: QueuePriority.step(for: priority))
    }

    /// The queues bound to an exchange.
    func bindings(_ exchange: String) -> String { "\(brokerPrefix)_kombu.binding.\(exchange)" }
    /// The same, of queues that do not expire: it keeps kombu 5.7 from sweeping the table away.
    func permanentBindings(_ exchange: String) -> String { "\(brokerPrefix)_kombu.binding_permanent.\(exchange)" }

    /// A binding's member: routing key, pattern, queue.
    static func binding(routingKey: String, pattern: String = "", queue: QueueName) -> String {
        [routingKey, pattern, queue.rawValue].joined(separator: separator)
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

    /// A task's state: the key it is stored in and the channel it is published on.
    func result(_ id: TaskID) -> String { "\(resultPrefix)celery-task-meta-\(id.rawValue)" }
}
