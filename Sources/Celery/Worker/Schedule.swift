import DequeModule
import Foundation
import Synchronization

/// Wakes those who wait for a point in time, or all of them at once when it closes.
final class Schedule: Sendable {
    private struct State {
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
        var next = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Waits until a time.
    ///
    /// - Parameter date: When to wake.
    /// - Returns: False if the schedule closed before.
    func wait(until date: Date) async -> Bool {
        let timer = Mutex<Task<Void, Never>?>(nil)
        defer { timer.withLock { $0?.cancel() } }
        return await withCheckedContinuation { continuation in
            let id: Int? = state.withLock { state in
                guard !state.isClosed else { return nil }
                state.next += 1
                state.waiting[state.next] = continuation
                return state.next
            }
            guard let id else { return continuation.resume(returning: false) }
            timer.withLock {
                $0 = Task {
                    // Wall-clock time: an ETA is a date, and may be moved by the clock being set. Look again each minute.
                    while case let rest = date.timeIntervalSinceNow, rest > 0 {
                        guard (try? await Task.sleep(for: .seconds(min(rest, 60)))) != nil else { return }
                    }
                    self.wake(id)
                }
            }
        }
    }

    /// Sends everyone away who waits, now and later.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume(returning: false) }
    }

    private func wake(_ id: Int) {
        state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: true)
    }
}
