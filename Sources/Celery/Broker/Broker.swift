public import Logging

/// Where messages wait until a worker takes them.
public protocol Broker: Sendable {
    /// Makes queues and their bindings known to every program that routes by exchange name.
    ///
    /// One that expires must be declared again within an hour and within twice its time, or its bindings may be forgotten;
    /// a consumer does that for the queues it reads.
    ///
    /// - Parameter queues: The queues to declare; declaring one again changes nothing else.
    /// - Throws: ``CeleryError`` with the code `unavailable` when the broker cannot be reached.
    func declare(_ queues: [Queue]) async throws

    /// Forgets queues: their bindings, and the messages that wait in them.
    ///
    /// - Parameter queues: The queues.
    /// - Throws: ``CeleryError`` with the code `unavailable` when the broker cannot be reached.
    func delete(_ queues: [Queue]) async throws

    /// Throws away the messages that wait in queues.
    ///
    /// - Parameter queues: The queues; their bindings stay.
    /// - Returns: How many messages there were.
    /// - Throws: ``CeleryError`` with the code `unavailable` when the broker cannot be reached.
    func purge(_ queues: [QueueName]) async throws -> Int

    /// Puts messages into the queues that their destinations lead to, in order, all of them or none.
    ///
    /// - Parameter messages: The messages and their destinations.
    /// - Throws: ``CeleryError`` with the code `unroutable` when an exchange leads to no queue and the message has no
    ///   fallback, `unavailable` when the broker cannot be reached.
    func publish(_ messages: [OutgoingMessage]) async throws

    /// Makes effects true that belong to no delivery, such as a canvas that a client sends.
    ///
    /// - Parameters:
    ///   - effects: What becomes true, in one step where broker and result backend share a server.
    ///   - results: The result backend.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    func perform(_ effects: [Effect], storingIn results: any ResultBackend) async throws

    /// Makes a consumer; nothing is fetched before its first ``Consumer/reserve(upTo:)``.
    ///
    /// - Parameters:
    ///   - configuration: The queues and the promises about them.
    ///   - logger: Where it reports.
    /// - Returns: The consumer, to be run for as long as it holds deliveries.
    func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer
}
