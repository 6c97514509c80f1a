import Synchronization

/// The messages that this worker works on, so that none of them is worked on twice here.
///
/// A message whose lease ran out is delivered again, perhaps to the very worker that still runs it. Then the new delivery
/// belongs to the run that is under way, and both end with it.
final class HeldMessages: Sendable {
    /// What makes two deliveries the same message: the tag that its producer gave it, which restoring it keeps, and the
    /// queue, for an exchange may have put copies into several.
    ///
    /// The task's id is not enough: a retry, a replacement and a caller's own id can bring it again in another message.
    struct Key: Hashable, Sendable {
        let id: TaskID
        let producerTag: String
        let queue: QueueName

        init(id: TaskID, producerTag: String, queue: QueueName) {
            self.id = id
            self.producerTag = producerTag
            self.queue = queue
        }

        init(_ message: TaskMessage, queue: QueueName) {
            let tag = message.properties.deliveryTag ?? "retry \(message.retries)"
            self.init(id: message.id, producerTag: tag, queue: queue)
        }
    }

    private struct Entry {
        var deliveries: [Delivery] = []
        var acknowledgement = Acknowledgement.none
    }

    /// How far the early acknowledgement of a message has got.
    enum Acknowledgement: Sendable {
        /// It was not tried.
        case none
        /// It was tried; whether it was applied is not known.
        case uncertain
        /// It is done: the message goes back to nobody.
        case done
    }

    private let entries = Mutex<[Key: Entry]>([:])

    /// Adds a delivery.
    ///
    /// - Returns: False if the message is worked on here already; the delivery now belongs to that run.
    func begin(_ key: Key, _ delivery: Delivery) -> Bool {
        entries.withLock { entries in
            let isNew = entries[key] == nil
            entries[key, default: Entry()].deliveries.append(delivery)
            return isNew
        }
    }

    /// All deliveries of a message.
    func deliveries(of key: Key) -> [Delivery] {
        entries.withLock { $0[key]?.deliveries ?? [] }
    }

    /// How far the early acknowledgement of a message has got.
    func acknowledgement(of key: Key) -> Acknowledgement {
        entries.withLock { $0[key]?.acknowledgement ?? .none }
    }

    /// Notes how far the early acknowledgement of a message has got.
    func setAcknowledgement(_ acknowledgement: Acknowledgement, of key: Key) {
        entries.withLock { $0[key]?.acknowledgement = acknowledgement }
    }

    /// Forgets a message.
    ///
    /// - Returns: All its deliveries.
    func end(_ key: Key) -> [Delivery] {
        entries.withLock { $0.removeValue(forKey: key)?.deliveries ?? [] }
    }
}
