internal import Synchronization

/// Between the event loop, which must never wait, and a reader, who may be slow.
final class SubscriptionBuffer: Sendable {
    private struct State {
        var queue: SubscriptionQueue
        var end: RedisError?
        var readers: [OneShot<Bool>] = []
    }

    /// The server's confirmation of the last channel, or why there is none.
    let started = OneShot<Result<Void, RedisError>>()
    private let state: Mutex<State>

    init(_ buffering: SubscriptionBuffering) {
        state = Mutex(State(queue: SubscriptionQueue(buffering)))
    }

    func append(_ event: RedisSubscriptionEvent) {
        wake { $0.queue.append(event) }
    }

    /// Ends the events after those that wait.
    func finish(_ error: RedisError) {
        started.complete(.failure(error))
        wake { if $0.end == nil { $0.end = error } }
    }

    func next() async throws(RedisError) -> RedisSubscriptionEvent {
        while true {
            let reader = OneShot<Bool>()
            let event: RedisSubscriptionEvent? = try state.withLock { state throws(RedisError) in
                if let event = state.queue.next() { return event }
                if let end = state.end { throw end }
                state.readers.append(reader)
                return nil
            }
            if let event { return event }
            guard await reader.value(orWhenCancelled: false) else {
                state.withLock { $0.readers.removeAll { $0 === reader } }
                throw .cancelled
            }
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let readers = state.withLock { state in
            change(&state)
            defer { state.readers = [] }
            return state.readers
        }
        for reader in readers { reader.complete(true) }
    }
}
