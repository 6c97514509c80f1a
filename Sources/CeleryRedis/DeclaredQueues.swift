import Celery
import Synchronization

/// What this process has declared, and Redis does not keep.
final class DeclaredQueues: Sendable {
    private struct State {
        var types: [String: ExchangeType] = [:]
        var queues: [QueueName: Queue] = [:]
    }

    private let state = Mutex(State())

    /// Remembers queues that were declared.
    func note(_ queues: [Queue]) {
        state.withLock { state in
            for queue in queues {
                for binding in queue.allBindings { state.types[binding.exchange.name] = binding.exchange.type }
                state.queues[queue.name] = queue
            }
        }
    }

    /// Forgets queues that were deleted.
    func forget(_ queues: [Queue]) {
        state.withLock { state in
            for queue in queues { state.queues[queue.name] = nil }
        }
    }

    /// Whether a queue was declared in this very way.
    func contains(_ queue: Queue) -> Bool { state.withLock { $0.queues[queue.name] == queue } }

    /// The type of an exchange; nil if nobody here has declared it.
    func type(of exchange: String) -> ExchangeType? { state.withLock { $0.types[exchange] } }

    /// After how many milliseconds a queue expires; nil for never.
    func expires(_ queue: QueueName) -> Int? { state.withLock { $0.queues[queue]?.expiresInMilliseconds } }
}
