/// A broker that moves tasks and does nothing else: there is no connection to follow, nobody listens to broadcasts, and
/// nothing outlives the workers.
public protocol SimpleBroker: Broker {}

extension SimpleBroker {
    /// A broker in memory.
    public var connectionInfo: BrokerDescription { .memory }

    /// Makes effects true one after another: results first, then messages.
    public func perform(_ effects: [Effect], storingIn results: any ResultBackend) async throws {
        try await performInSteps(effects, storingIn: results)
    }

    /// It does not.
    public func sharesServer(with results: any ResultBackend) -> Bool { false }

    /// None.
    public var taskExecutor: (any TaskExecutor)? { nil }

    /// Tells nothing: the connection is always there.
    public func connectionUpdates() -> AsyncStream<BrokerConnectionUpdate> {
        AsyncStream { $0.finish() }
    }

    /// Reaches nobody.
    @discardableResult
    public func broadcast(_ message: Message, exchange: String, routingKey: String) async throws -> Int { 0 }

    /// Brings nothing.
    public func withBroadcasts<R: Sendable>(
        of topics: [BroadcastTopic],
        _ body: @Sendable (Broadcasts) async throws -> R
    ) async throws -> R {
        try await body(
            Broadcasts {
                await waitUntilCancelled()
                return nil
            }
        )
    }

    /// Finds no queue.
    @discardableResult
    public func reply(_ message: Message, exchange: String, routingKey: String) async throws -> Bool { false }

    /// Finds nothing.
    public func takeReplies(in queue: QueueName) async throws -> [[UInt8]] { [] }

    /// Does nothing.
    public func rememberRevoked(_ tasks: [TaskID], for lifetime: Duration, limit: Int) async throws {}

    /// None.
    public func revokedTasks() async throws -> [TaskID] { [] }

    /// Does nothing.
    public func rememberClock(_ time: Int) async throws {}

    /// Zero.
    public func rememberedClock() async throws -> Int { 0 }
}
