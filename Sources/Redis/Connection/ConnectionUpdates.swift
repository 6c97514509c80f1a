internal import Synchronization

/// What becomes of the connection that the commands of a ``RedisClient`` share.
public enum RedisConnectionUpdate: Sendable {
    /// It was made.
    case connected
    /// It broke; it is being made anew.
    case lost(RedisError)
    /// It could not be made.
    ///
    /// - Parameters:
    ///   - error: Why.
    ///   - pause: How long until the next attempt, if somebody needs the connection then.
    case failed(RedisError, pause: Duration)
}

/// Hands on what becomes of a connection to all who want to know.
final class ConnectionUpdates: Sendable {
    private struct State {
        var isConnected = false
        var isFinished = false
        var listeners: [Int: AsyncStream<RedisConnectionUpdate>.Continuation] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    /// Everything from now on, beginning with a connection that is there.
    func stream() -> AsyncStream<RedisConnectionUpdate> {
        let (stream, continuation) = AsyncStream.makeStream(of: RedisConnectionUpdate.self)
        let id: Int? = state.withLock { state in
            if state.isFinished { return nil }
            state.next += 1
            state.listeners[state.next] = continuation
            if state.isConnected { continuation.yield(.connected) }
            return state.next
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    func send(_ update: RedisConnectionUpdate) {
        state.withLock { state in
            if case .connected = update { state.isConnected = true } else { state.isConnected = false }
            for listener in state.listeners.values { listener.yield(update) }
        }
    }

    func finish() {
        let listeners = state.withLock { state in
            defer { state.listeners = [:] }
            state.isFinished = true
            return state.listeners.values
        }
        for listener in listeners { listener.finish() }
    }
}
