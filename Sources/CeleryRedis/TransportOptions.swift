public import Celery

/// How messages are kept in Redis: kombu's `broker_transport_options` of the same names.
///
/// Every program on the same queues needs the same.
public struct TransportOptions: Sendable, Hashable {
    /// What stands before every key and every channel (`global_keyprefix`).
    public var globalKeyPrefix: String
    /// The priorities that have a list of their own, in the order in which these are read (`priority_steps`).
    public var prioritySteps: [Int]
    /// What stands between a queue's name and its priority step, and between the parts of a binding (`sep`).
    public var separator: String
    /// The hash of what is delivered and not acknowledged (`unacked_key`).
    public var unackedKey: String
    /// The times of deliveries (`unacked_index_key`).
    public var unackedIndexKey: String
    /// The lock of those who restore overdue deliveries (`unacked_mutex_key`).
    public var unackedMutexKey: String
    /// What stands before the channels of fanout exchanges, with `{db}` for the database's number (`fanout_prefix`).
    public var fanoutPrefix: String
    /// Whether the routing key is part of the channel of a fanout exchange (`fanout_patterns`).
    public var fanoutPatterns: Bool
    /// The queue for messages whose exchange leads to no queue (`deadletter_queue`); without one they are refused.
    public var deadLetterQueue: QueueName?

    /// Makes options.
    ///
    /// - Parameters:
    ///   - globalKeyPrefix: What stands before every key and every channel.
    ///   - prioritySteps: The priorities that have a list of their own; kombu's default is 0, 3, 6, 9.
    ///   - separator: What stands between a queue's name and its priority step.
    ///   - deadLetterQueue: The queue for messages whose exchange leads to no queue.
    public init(
        globalKeyPrefix: String = "",
        prioritySteps: [Int] = [0, 3, 6, 9],
        separator: String = "\u{06}\u{16}",
        deadLetterQueue: QueueName? = nil
    ) {
        self.globalKeyPrefix = globalKeyPrefix
        self.prioritySteps = prioritySteps
        self.separator = separator
        self.deadLetterQueue = deadLetterQueue
        unackedKey = "unacked"
        unackedIndexKey = "unacked_index"
        unackedMutexKey = "unacked_mutex"
        fanoutPrefix = "/{db}."
        fanoutPatterns = true
    }

    /// What differs from kombu's defaults, under kombu's names.
    var changed: JSONObject {
        let usual = TransportOptions()
        var changed: JSONObject = [:]
        let texts: [(String, KeyPath<TransportOptions, String>)] = [
            ("global_keyprefix", \.globalKeyPrefix), ("sep", \.separator), ("unacked_key", \.unackedKey),
            ("unacked_index_key", \.unackedIndexKey), ("unacked_mutex_key", \.unackedMutexKey),
            ("fanout_prefix", \.fanoutPrefix),
        ]
        for (name, path) in texts where self[keyPath: path] != usual[keyPath: path] {
            changed[name] = .string(self[keyPath: path])
        }
        if prioritySteps != usual.prioritySteps {
            changed["priority_steps"] = .array(prioritySteps.map { .integer($0) })
        }
        if !fanoutPatterns { changed["fanout_patterns"] = false }
        if let deadLetterQueue { changed["deadletter_queue"] = .string(deadLetterQueue.rawValue) }
        return changed
    }
}
