internal import Logging
internal import Synchronization

/// Keeps `cached` going while Redis is away, and tells of it once.
final class CacheHealth: Sendable {
    private struct State {
        var outage: Outage
        // What Redis refuses though it is there, each told once until it works again.
        var refused: Set<CacheError.Operation> = []
    }

    private let state: Mutex<State>
    private let logger: Logger

    init(retryPause: Duration, logger: Logger) {
        self.state = Mutex(State(outage: Outage(pause: retryPause)))
        self.logger = logger
    }

    /// Whether Redis may be asked now.
    var allowsAttempt: Bool { state.withLock { $0.outage.allowsAttempt(now: .now) } }

    /// Notes that an operation succeeded.
    func succeeded(_ operation: CacheError.Operation) {
        let isOver = state.withLock { state in
            state.refused.remove(operation)
            return state.outage.succeeded()
        }
        if isOver { logger.info("the cache is back") }
    }

    /// Notes that an operation failed.
    func failed(_ operation: CacheError.Operation, _ error: CacheError) {
        let isNew = state.withLock { state in
            guard error.code == .unavailable else { return state.refused.insert(operation).inserted }
            return state.outage.failed(now: .now)
        }
        guard isNew else { return }
        if error.code == .unavailable {
            logger.warning("the cache is away, computing without it", metadata: ["error": "\(error)"])
        } else {
            logger.warning("the cache refuses, computing without it", metadata: ["error": "\(error)"])
        }
    }
}
