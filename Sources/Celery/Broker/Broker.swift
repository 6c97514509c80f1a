public import Logging

/// Where messages wait until a worker takes them.
public protocol Broker: Sendable {
    /// Makes queues known to every program that routes by exchange name.
    ///
    /// Each queue gets the direct exchange and the routing key of its own name, as Celery's default queues have.
    ///
    /// - Parameter queues: The queues to declare; declaring one again changes nothing.
    /// - Throws: ``CeleryError`` with the code `unavailable` when the broker cannot be reached.
    func declare(_ queues: [QueueName]) async throws

    /// Puts messages into their queues, in order, all of them or none.
    ///
    /// - Parameter messages: The messages and their queues.
    /// - Throws: ``CeleryError`` with the code `unavailable` when the broker cannot be reached.
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
