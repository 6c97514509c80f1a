/// All that becomes true at once when a delivery ends.
///
/// A broker that shares its server with the result backend applies it in one step: either the result is stored, the
/// successors are queued and the delivery is acknowledged, or nothing of it happened and the delivery is still held.
/// Applying a completion twice is harmless: the second time the delivery is no longer held.
public struct Completion: Sendable {
    /// What becomes of the delivery.
    public enum Disposition: Sendable, Hashable {
        /// The message is done with.
        case acknowledge
        /// The message goes back to its queue, marked as redelivered, to be read next.
        case requeue
        /// The message is kept aside with the reason, for a person to look at.
        case deadLetter(reason: String)
    }

    /// The deliveries of the message that are held here; none when it was acknowledged before the task ran.
    public var deliveries: [Delivery]
    /// What becomes of them.
    public var disposition: Disposition
    /// The state to store, if any.
    public var result: ResultDocument?
    /// The messages that follow: retries, callbacks, the rest of a chain.
    public var messages: [OutgoingMessage]

    /// Makes a completion.
    public init(
        deliveries: [Delivery],
        disposition: Disposition = .acknowledge,
        result: ResultDocument? = nil,
        messages: [OutgoingMessage] = []
    ) {
        self.deliveries = deliveries
        self.disposition = disposition
        self.result = result
        self.messages = messages
    }
}
