import Foundation
import Synchronization

/// The fanout exchanges of a ``MemoryBroker``.
final class MemoryBroadcasts: Sendable {
    private struct Listener {
        let topics: [BroadcastTopic]
        let events: AsyncStream<BroadcastEvent>.Continuation
    }

    private struct State {
        var listeners: [UUID: Listener] = [:]
        var revoked: [TaskID] = []
    }

    private let state = Mutex(State())

    func send(_ broadcast: Broadcast) -> Int {
        let listeners = state.withLock { state in
            state.listeners.values.filter { listener in listener.topics.contains { $0.includes(broadcast) } }
        }
        for listener in listeners { listener.events.yield(.message(broadcast)) }
        return listeners.count
    }

    func listen<R>(to topics: [BroadcastTopic], _ body: (Broadcasts) async throws -> R) async throws -> R {
        let (stream, continuation) = AsyncStream.makeStream(of: BroadcastEvent.self)
        let id = UUID()
        state.withLock { $0.listeners[id] = Listener(topics: topics, events: continuation) }
        defer {
            _ = state.withLock { $0.listeners.removeValue(forKey: id) }
            continuation.finish()
        }
        return try await body(
            Broadcasts {
                var iterator = stream.makeAsyncIterator()
                return await iterator.next()
            }
        )
    }

    func rememberRevoked(_ tasks: [TaskID], limit: Int) {
        state.withLock { state in
            state.revoked.removeAll { tasks.contains($0) }
            state.revoked += tasks
            state.revoked.removeFirst(max(0, state.revoked.count - limit))
        }
    }

    var revoked: [TaskID] { state.withLock { $0.revoked } }
}

extension BroadcastTopic {
    fileprivate func includes(_ broadcast: Broadcast) -> Bool {
        broadcast.exchange == exchange && Glob(routingKey).matches(broadcast.routingKey)
    }
}
