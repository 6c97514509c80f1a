public import Logging

/// Where messages wait until a worker takes them.
///
/// A broker that only moves tasks is a ``SimpleBroker``. One that stands in front of another has to hand everything on.
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

    /// Whether it is on one server with a result backend, so that a task ends in one step.
    ///
    /// - Parameter results: The result backend.
    /// - Returns: Whether both change in one step.
    func sharesServer(with results: any ResultBackend) -> Bool

    /// What the broker is and where, as `inspect stats` and `inspect conf` show it; never its password.
    var connectionInfo: BrokerDescription { get }

    /// Where work runs that must go on while tasks occupy all threads of the cooperative pool; nil where there is none.
    var taskExecutor: (any TaskExecutor)? { get }

    /// What becomes of the connection from now on, beginning with the one that there is; ends when there is nothing to tell.
    ///
    /// Each call makes a stream of its own. The broker connects by itself when it is used, and again when that breaks.
    func connectionUpdates() -> AsyncStream<BrokerConnectionUpdate>

    // MARK: Broadcasts

    /// Sends a message to everybody who listens to a fanout exchange at this moment.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - exchange: The exchange.
    ///   - routingKey: The routing key; empty for none.
    /// - Returns: How many listeners it went to.
    /// - Throws: ``CeleryError`` with the code `unavailable` when the broker cannot be reached.
    @discardableResult
    func broadcast(_ message: Message, exchange: String, routingKey: String) async throws -> Int

    /// Runs `body` with what fanout exchanges bring; it begins when listening has begun, and listening ends with it.
    ///
    /// - Parameters:
    ///   - topics: What to listen to.
    ///   - body: Reads the messages.
    /// - Returns: What `body` returns.
    /// - Throws: ``CeleryError`` with the code `unavailable`, and what `body` throws.
    func withBroadcasts<R: Sendable>(
        of topics: [BroadcastTopic],
        _ body: @Sendable (Broadcasts) async throws -> R
    ) async throws -> R

    // MARK: Replies

    /// Sends an answer to whichever queues an exchange and a routing key lead to; to none if the asker has gone.
    ///
    /// - Parameters:
    ///   - message: The answer.
    ///   - exchange: The exchange of the queue that the asker declared.
    ///   - routingKey: Its routing key.
    /// - Returns: Whether there was a queue.
    /// - Throws: ``CeleryError`` with the code `unavailable` when the broker cannot be reached.
    @discardableResult
    func reply(_ message: Message, exchange: String, routingKey: String) async throws -> Bool

    /// Takes the answers that have come; does not wait for any.
    ///
    /// - Parameter queue: The queue.
    /// - Returns: The envelopes, the oldest first.
    /// - Throws: ``CeleryError`` with the code `unavailable` when the broker cannot be reached.
    func takeReplies(in queue: QueueName) async throws -> [[UInt8]]

    // MARK: What outlives all workers

    /// Remembers for workers that start later that tasks were revoked.
    ///
    /// - Parameters:
    ///   - tasks: The tasks.
    ///   - lifetime: How long that is worth knowing.
    ///   - limit: How many are kept, the newest.
    /// - Throws: ``CeleryError`` with the code `unavailable` when the broker cannot be reached.
    func rememberRevoked(_ tasks: [TaskID], for lifetime: Duration, limit: Int) async throws

    /// The tasks that are remembered as revoked, those first that were revoked first.
    ///
    /// - Throws: ``CeleryError`` with the code `unavailable` when the broker cannot be reached.
    func revokedTasks() async throws -> [TaskID]

    /// Remembers for workers that start later what time it is on the logical clock; an earlier time changes nothing.
    ///
    /// - Parameter time: The time.
    /// - Throws: ``CeleryError`` with the code `unavailable` when the broker cannot be reached.
    func rememberClock(_ time: Int) async throws

    /// The time on the logical clock that is remembered; zero if none is.
    ///
    /// - Throws: ``CeleryError`` with the code `unavailable` when the broker cannot be reached.
    func rememberedClock() async throws -> Int
}
