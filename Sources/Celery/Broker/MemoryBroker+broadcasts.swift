import DequeModule
import Synchronization

extension MemoryBroker {
    /// Sends a message to everybody in this process who listens.
    @discardableResult
    public func broadcast(_ message: Message, exchange: String, routingKey: String) async throws -> Int {
        broadcasts.send(Broadcast(exchange: exchange, routingKey: routingKey, envelope: message.envelope()))
    }

    /// Runs `body` with what is broadcast in this process.
    public func withBroadcasts<R: Sendable>(
        of topics: [BroadcastTopic],
        _ body: @Sendable (Broadcasts) async throws -> R
    ) async throws -> R {
        try await broadcasts.listen(to: topics, body)
    }

    /// Sends an answer to whoever asked.
    @discardableResult
    public func reply(_ message: Message, exchange: String, routingKey: String) async throws -> Bool {
        state.withLock { state in
            let queues = (state.bindings[exchange] ?? []).filter { $0.fits(routingKey, type: .direct) }.map(\.queue)
            for queue in queues { state.queues[queue, default: [:]][0, default: []].append(message.envelope()) }
            return !queues.isEmpty
        }
    }

    /// Takes the answers that have come.
    public func takeReplies(in queue: QueueName) async throws -> [[UInt8]] {
        state.withLock { Array($0.queues.removeValue(forKey: queue)?[0] ?? []) }
    }

    /// Remembers revoked tasks, for as long as the broker is there.
    public func rememberRevoked(_ tasks: [TaskID], for lifetime: Duration, limit: Int) async throws {
        broadcasts.rememberRevoked(tasks, limit: limit)
    }

    /// The tasks that are remembered as revoked.
    public func revokedTasks() async throws -> [TaskID] { broadcasts.revoked }

    /// Remembers the time on the logical clock, for as long as the broker is there.
    public func rememberClock(_ time: Int) async throws {
        state.withLock { $0.clock = max($0.clock, time) }
    }

    /// The time on the logical clock that is remembered.
    public func rememberedClock() async throws -> Int { state.withLock { $0.clock } }
}
