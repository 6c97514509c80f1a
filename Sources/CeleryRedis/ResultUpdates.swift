import Celery
import Synchronization

/// Hands on the states of a task that come by two ways, each of them once and nothing after the last.
final class ResultUpdates: Sendable {
    private struct State {
        var last: ResultDocument?
        var isOver = false
    }

    private let continuation: AsyncThrowingStream<ResultDocument, any Error>.Continuation
    private let state = Mutex(State())

    init(_ continuation: AsyncThrowingStream<ResultDocument, any Error>.Continuation) {
        self.continuation = continuation
    }

    /// Whether a final state was handed on.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Hands a state on, unless it is the last one again.
    ///
    /// - Returns: Whether the task has ended.
    func yield(_ document: ResultDocument) -> Bool {
        state.withLock { state in
            guard !state.isOver else { return true }
            if state.last != document { continuation.yield(document) }
            state.last = document
            state.isOver = document.state.isReady
            return state.isOver
        }
    }
}
