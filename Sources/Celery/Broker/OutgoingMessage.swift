/// A message on its way to a queue.
public struct OutgoingMessage: Sendable {
    /// The queue it goes to.
    public var queue: QueueName
    /// What is sent; its priority is in its properties.
    public var message: Message

    /// Makes an outgoing message.
    public init(queue: QueueName, message: Message) {
        self.queue = queue
        self.message = message
    }
}
