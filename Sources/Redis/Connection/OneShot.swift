internal import Synchronization

/// One value, given once by whoever comes first, and awaited by one task or observed by one closure.
///
/// This is the whole of cancellation and deadlines: they give the value before the server does, and what the server
/// says later finds the place taken. The order of replies on the connection never hears of it.
final class OneShot<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case ready(Value)
        case awaited(CheckedContinuation<Value, Never>)
        case observed(@Sendable (Value) -> Void)
        case taken
    }

    private let state = Mutex(State.empty)

    /// Gives the value.
    ///
    /// - Parameter value: The value.
    /// - Returns: Whether it was the first, and so will be seen.
    @discardableResult
    func complete(_ value: Value) -> Bool {
        let previous = state.withLock { state in
            let previous = state
            switch previous {
            case .empty: state = .ready(value)
            case .awaited, .observed: state = .taken
            case .ready, .taken: break
            }
            return previous
        }
        switch previous {
        case .empty:
            return true
        case .awaited(let continuation):
            continuation.resume(returning: value)
            return true
        case .observed(let observer):
            observer(value)
            return true
        case .ready, .taken:
            return false
        }
    }

    /// Waits for the value; to be called once.
    ///
    /// - Parameter cancelled: What the value is when the task is cancelled first.
    /// - Returns: The value.
    func value(orWhenCancelled cancelled: @autoclosure @escaping @Sendable () -> Value) async -> Value {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let value = attach(.awaited(continuation)) { continuation.resume(returning: value) }
            }
        } onCancel: {
            complete(cancelled())
        }
    }

    /// Calls `observer` with the value, now or later; to be called once, instead of waiting.
    func whenComplete(_ observer: @escaping @Sendable (Value) -> Void) {
        if let value = attach(.observed(observer)) { observer(value) }
    }

    private func attach(_ next: State) -> Value? {
        state.withLock { state in
            guard case .ready(let value) = state else {
                state = next
                return nil
            }
            state = .taken
            return value
        }
    }
}
