/// A message on its way to its queues.
public struct OutgoingMessage: Sendable {
    /// Where it goes.
    public var destination: Destination
    /// What is sent; its priority is in its properties.
    public var message: Message
    /// Where it goes if its exchange leads to no queue; without one it is an error then.
    public var fallback: QueueName?
    /// The queue that is declared before, unless this broker has declared it already.
    public var declaring: Queue?

    /// Makes a message to a queue.
    public init(queue: QueueName, message: Message) {
        self.init(to: .queue(queue), message: message)
    }

    /// Makes a message to anywhere.
    ///
    /// - Parameters:
    ///   - destination: Where it goes; the message's own delivery information is left as it is.
    ///   - message: What is sent.
    ///   - fallback: Where it goes if its exchange leads to no queue.
    ///   - declaring: The queue that is declared before.
    public init(
        to destination: Destination,
        message: Message,
        fallback: QueueName? = nil,
        declaring: Queue? = nil
    ) {
        self.destination = destination
        self.message = message
        self.fallback = fallback
        self.declaring = declaring
    }
}
