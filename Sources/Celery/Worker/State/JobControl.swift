import Foundation
import Synchronization

/// A hold on the run of one call, by which it can be ended from outside.
final class JobControl: Sendable {
    private enum Run {
        case notStarted
        case running(@Sendable (Int32) -> Void)
        case ended
    }

    private struct State {
        var run = Run.notStarted
        var signal: Int32?
        var isCancelled = false
    }

    private let state = Mutex(State())

    /// The signal with which it was to be ended; nil if nobody wanted that.
    var signal: Int32? { state.withLock { $0.signal } }

    /// Whether its run was to be ended for the message to go back.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// The call has started: from now on it can be ended, and is at once if that was wanted before.
    ///
    /// - Parameter end: Sends a signal to whatever runs it; must not wait.
    func start(_ end: @escaping @Sendable (Int32) -> Void) {
        state.withLock { state in
            state.run = .running(end)
            if let signal = state.signal ?? (state.isCancelled ? SIGKILL : nil) { end(signal) }
        }
    }

    /// The call has ended: what ran it may run another one now and must be left alone.
    func end() {
        state.withLock { $0.run = .ended }
    }

    /// Does something to what runs the call, if that still does so.
    func endIfRunning(_ end: () -> Void) {
        state.withLock { state in
            // Under the lock, so that it cannot have gone on to another call.
            if case .running = state.run { end() }
        }
    }

    /// Ends this run of the call, not the call: somebody runs it again.
    func cancel() {
        state.withLock { state in
            if case .ended = state.run { return }
            state.isCancelled = true
            if case .running(let end) = state.run { end(SIGKILL) }
        }
    }

    /// Ends the call, now or as soon as it starts.
    func terminate(signal: Int32) {
        state.withLock { state in
            if case .ended = state.run { return }
            state.signal = signal
            // Under the lock, so that the process cannot have gone on to another call.
            if case .running(let end) = state.run { end(signal) }
        }
    }
}
