import Synchronization

/// Tells whoever waits for it that everything has to end at once.
final class ColdStop: Sendable {
    private struct State {
        var isPulled = false
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())

    /// Ends everything.
    func pull() {
        let waiting = state.withLock { state in
            state.isPulled = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.finish() }
    }

    /// Waits until everything has to end, or the waiting task is cancelled.
    func pulled() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let isPulled = state.withLock { state in
            if !state.isPulled { state.waiting.append(continuation) }
            return state.isPulled
        }
        if isPulled { continuation.finish() }
        for await _ in stream {}
    }
}
