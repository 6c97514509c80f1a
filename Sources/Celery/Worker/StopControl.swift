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
    private struct State {
        var phase = StopPhase.none
        var waiting: [(StopPhase, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var phase: StopPhase { state.withLock { $0.phase } }

    /// Goes on to a later phase.
    func advance(to phase: StopPhase) {
        let reached = state.withLock { state in
            guard phase > state.phase else { return [CheckedContinuation<Void, Never>]() }
            state.phase = phase
            let reached = state.waiting.filter { $0.0 <= phase }.map(\.1)
            state.waiting.removeAll { $0.0 <= phase }
            return reached
        }
        for continuation in reached { continuation.resume() }
    }

    /// Waits for a phase.
    ///
    /// It always comes: a worker goes through to `ended`.
    func reached(_ phase: StopPhase) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.phase >= phase { return true }
                state.waiting.append((phase, continuation))
                return false
            }
            if isReached { continuation.resume() }
        }
    }
}
