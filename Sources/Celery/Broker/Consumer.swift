public import Foundation

/// One worker's hold on a broker: it reserves messages, keeps them leased, and ends each of them.
///
/// A reserved message is never only in memory. If the process dies, or just stops renewing its leases, another consumer
/// gets the message.
public protocol Consumer: Sendable {
    /// Renews leases and recovers what dead consumers held, until cancelled.
    ///
    /// Connection errors are logged and tried again; they do not end it.
    func run() async

    /// The queues that are read now.
    var queues: [Queue] { get }

    /// Reads one more queue from now on; nothing happens if it is read already.
    ///
    /// - Parameter queue: The queue; it is declared by somebody else.
    func add(_ queue: Queue)

    /// Reads a queue no longer; what was taken from it stays held.
    ///
    /// - Parameter name: The queue; nothing happens if it is not read.
    func cancel(_ name: QueueName)

    /// Waits until there are messages and takes some.
    ///
    /// Cancellation ends the wait, never the taking: a message that was taken is returned or still recoverable.
    ///
    /// - Parameter limit: How many may be taken; asked again when messages have arrived.
    /// - Returns: Deliveries; none if none may be taken any more: then wait until some may be, and ask again.
    /// - Throws: `CancellationError`, or ``CeleryError`` with the code `unavailable`.
    func reserve(upTo limit: @escaping @Sendable () -> Int) async throws -> [Delivery]

    /// Acknowledges deliveries before their tasks run: from now on nobody else gets them.
    ///
    /// They stay this consumer's until they are completed, so that the tasks come to an end even if this worker does not
    /// live to see it.
    ///
    /// - Parameter deliveries: Held deliveries.
    /// - Returns: Whether they were held; if not, somebody else has them and the task must not run here. Asking again is
    ///   safe: what this consumer has acknowledged it holds.
    /// - Throws: ``CeleryError`` with the code `unavailable`; whether it was done is not known then.
    func acknowledge(_ deliveries: [Delivery]) async throws -> Bool

    /// Ends a delivery: stores results, queues the successors and acknowledges, in one step where that is possible.
    ///
    /// - Parameters:
    ///   - completion: What becomes true.
    ///   - results: Where results go.
    /// - Returns: What it came to; when chords were claimed, complete again with their settlements.
    /// - Throws: ``CeleryError`` with the code `unavailable`; trying again is safe.
    func complete(_ completion: Completion, storingIn results: any ResultBackend) async throws -> Completion.Outcome

    /// Hands deliveries back to their queues, marked as redelivered, to be read next.
    ///
    /// - Parameters:
    ///   - deliveries: Held deliveries.
    ///   - isLoss: Whether the process that ran the task was lost, which counts in ``Message/deliveryCount``.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    func release(_ deliveries: [Delivery], countingLoss isLoss: Bool) async throws

    /// Notes that a message which was lost before is about to run, so that it counts when this consumer is lost with it.
    ///
    /// When a consumer is lost, all that it held is lost with it, but one message may be the cause. The first loss counts
    /// for each of them, any further one only for those that ran.
    ///
    /// - Parameter deliveries: Held deliveries of the message.
    /// - Throws: ``CeleryError`` with the code `unavailable`; trying again is safe.
    func noteRun(of deliveries: [Delivery]) async throws

    /// Leaves deliveries of one message to the broker until a time that is still far.
    ///
    /// No consumer holds the message then: it costs nobody memory or a lease, and comes back when it is due although every
    /// worker was restarted in between. It is not marked as redelivered by that.
    ///
    /// - Parameters:
    ///   - deliveries: Held deliveries of the message.
    ///   - eta: When it is due.
    /// - Returns: False if that is too near to be worth it, or if this broker keeps no such messages: they still are held.
    /// - Throws: ``CeleryError`` with the code `unavailable`; trying again is safe.
    func park(_ deliveries: [Delivery], until eta: Date) async throws -> Bool

    /// The messages of any queue that were parked by any consumer, those that are due next first.
    ///
    /// - Parameter limit: How many are wanted.
    /// - Returns: The messages; some may have come back by the time they are read.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    func parked(limit: Int) async throws -> [ParkedDelivery]

    /// Hands everything back and says goodbye, so that nobody has to wait for leases to run out.
    ///
    /// - Returns: How many deliveries were handed back.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    func close() async throws -> Int
}

extension Consumer {
    /// Parks nothing: everything stays with the consumer until its time.
    public func park(_ deliveries: [Delivery], until eta: Date) async throws -> Bool { false }

    /// There are none.
    public func parked(limit: Int) async throws -> [ParkedDelivery] { [] }

    /// All messages that were parked.
    ///
    /// - Returns: The messages, those that are due next first.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    public func parked() async throws -> [ParkedDelivery] { try await parked(limit: .max) }
}
