/// One message in a consumer's hands: reserved, and not yet acknowledged.
public struct Delivery: Sendable, Hashable {
    /// The consumer's own name for this delivery of the message, unique for ever.
    public var tag: String
    /// The queue that the message was taken from.
    public var queue: QueueName
    /// Whether it is a copy for this consumer alone, of what others got too.
    public var isBroadcast = false
    /// The message as it lay in the queue, byte for byte.
    public var envelope: [UInt8]

    /// Whether another worker acknowledged it early and died: its task is not to be run again but to be ended.
    public var isLost: Bool

    /// Makes a delivery.
    public init(tag: String, queue: QueueName, envelope: [UInt8], isLost: Bool = false) {
        self.tag = tag
        self.queue = queue
        self.envelope = envelope
        self.isLost = isLost
    }
}
