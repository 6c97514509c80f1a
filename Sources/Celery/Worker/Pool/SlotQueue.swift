import DequeModule
import Synchronization

/// Hands out slots in the order in which they are asked for.
final class SlotQueue<Slot: Sendable>: Sendable {
    private struct State {
        var free: Deque<Slot> = []
        var waiting: Deque<CheckedContinuation<Slot?, Never>> = []
        var isClosed = false
    }

    private let state = Mutex(State())

    /// The next free slot, as soon as there is one.
    ///
    /// - Returns: Nil once the queue is closed.
    func take() async -> Slot? {
        await withCheckedContinuation { continuation in
            let immediate: Slot?? = state.withLock { state in
                if state.isClosed { return .some(nil) }
                if let slot = state.free.popFirst() { return .some(slot) }
                state.waiting.append(continuation)
                return nil
            }
            if let immediate { continuation.resume(returning: immediate) }
        }
    }

    /// Gives a slot to whoever waits longest.
    func give(_ slot: Slot) {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            if next == nil { state.free.append(slot) }
            return next
        }
        next?.resume(returning: slot)
    }

    /// Sends everyone away who waits, now and later.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: nil) }
    }
}
