import Synchronization

/// How far a worker has got with stopping.
enum StopPhase: Int, Sendable, Comparable {
    /// It works.
    case none
    /// It takes nothing new and lets running tasks end.
    case warm
    /// It hands back what it holds and ends running tasks.
    case cold
    /// It is through.
    case ended

    static func < (lhs: StopPhase, rhs: StopPhase) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// Tells all parts of a worker when to stop; a phase never goes back.
final class StopControl: Sendable {
    private struct Waiter {
        let phase: StopPhase
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var phase = StopPhase.none
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    var phase: StopPhase { state.withLock { $0.phase } }

    /// Goes on to a later phase.
    func advance(to phase: StopPhase) {
        let reached = state.withLock { state in
            state.phase = max(state.phase, phase)
            let reached = state.waiters.filter { $0.value.phase <= phase }
            for id in reached.keys { state.waiters[id] = nil }
            return reached.values
        }
        for waiter in reached { waiter.continuation.resume() }
    }

    /// Waits for a phase, or until the waiting task is cancelled.
    func reached(_ phase: StopPhase) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.phase >= phase || Task.isCancelled { return true }
                    state.waiters[id] = Waiter(phase: phase, continuation: continuation)
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
    }
}
