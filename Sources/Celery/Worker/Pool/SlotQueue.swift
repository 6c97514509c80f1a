import DequeModule
import Synchronization

/// Hands out slots in the order in which places in the line were taken.
final class SlotQueue<Slot: Sendable>: Sendable {
    /// A place in the line.
    ///
    /// It ends by being served and given back, or by leaving.
    final class Place: Sendable {
        fileprivate enum State {
            case waiting(CheckedContinuation<Slot?, Never>?)
            case served(Slot?)
            case over
        }

        fileprivate let state = Mutex(State.waiting(nil))
        private let queue: SlotQueue

        fileprivate init(_ queue: SlotQueue) {
            self.queue = queue
        }

        /// Waits until it is this place's turn.
        ///
        /// - Returns: A slot, to be given back to the queue; nil once the queue is closed or the place was left.
        func slot() async -> Slot? {
            await withCheckedContinuation { continuation in
                let immediate: Slot?? = state.withLock { state in
                    switch state {
                    case .waiting:
                        state = .waiting(continuation)
                        return nil
                    case .served(let slot):
                        state = .over
                        return .some(slot)
                    case .over:
                        return .some(nil)
                    }
                }
                if let immediate { continuation.resume(returning: immediate) }
            }
        }

        /// Leaves the line; a slot that came meanwhile goes to the next one.
        ///
        /// Leaving twice, or after ``slot()``, does nothing.
        func leave() {
            let unused: Slot? = state.withLock { state in
                defer { state = .over }
                guard case .served(let slot) = state else { return nil }
                return slot
            }
            if let unused { queue.give(unused) }
        }

        /// Serves the place; false if nobody stands there any more.
        fileprivate func serve(_ slot: Slot?) -> Bool {
            let (isServed, continuation) = state.withLock { state -> (Bool, CheckedContinuation<Slot?, Never>?) in
                guard case .waiting(let continuation) = state else { return (false, nil) }
                state = continuation == nil ? .served(slot) : .over
                return (true, continuation)
            }
            continuation?.resume(returning: slot)
            return isServed
        }
    }

    private struct State {
        var free: Deque<Slot> = []
        var line: Deque<Place> = []
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Takes the last place in the line.
    func join() -> Place {
        let place = Place(self)
        let (slot, isClosed) = state.withLock { state -> (Slot?, Bool) in
            if state.isClosed { return (nil, true) }
            if let slot = state.free.popFirst() { return (slot, false) }
            state.line.append(place)
            return (nil, false)
        }
        if slot != nil || isClosed { _ = place.serve(slot) }
        return place
    }

    /// Gives a slot to whoever is first in the line.
    func give(_ slot: Slot) {
        while true {
            let next = state.withLock { state in
                let next = state.line.popFirst()
                if next == nil { state.free.append(slot) }
                return next
            }
            guard let next else { return }
            if next.serve(slot) { return }
        }
    }

    /// Takes a slot that nobody has; nil if all are in use.
    func takeFree() -> Slot? { state.withLock { $0.free.popFirst() } }

    /// Sends everyone away who stands in the line, now and later.
    func close() {
        let line = state.withLock { state in
            state.isClosed = true
            defer { state.line = [] }
            return state.line
        }
        for place in line { _ = place.serve(nil) }
    }
}
