import Synchronization

/// A ``PrefetchWindow`` that can be waited at.
final class PrefetchGate: Sendable {
    private struct State {
        var window: PrefetchWindow
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(_ window: PrefetchWindow) {
        state = Mutex(State(window: window))
    }

    /// The most messages held at a time.
    var limit: Int { state.withLock { $0.window.limit } }

    /// How many more messages may be taken.
    var credit: Int { state.withLock { $0.window.credit } }

    /// Waits until it is time to ask the broker, or until the waiting task is cancelled.
    ///
    /// One task waits at a time.
    func opened() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.window.wantsMore || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume()
        }
    }

    /// Counts messages that came.
    func take(_ count: Int) {
        state.withLock { $0.window.take(count) }
    }

    /// Counts a message that has ended or waits for its time.
    func give() {
        let waiter = state.withLock { state in
            state.window.give()
            return state.window.wantsMore ? state.waiter.take() : nil
        }
        waiter?.resume()
    }
}
