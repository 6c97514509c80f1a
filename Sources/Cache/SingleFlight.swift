internal import Synchronization

/// Lets one of many callers who want the same do the work, and gives the others its result.
///
/// The work runs in the task of the caller who came first, with its priority, task-local values and cancellation. When
/// that task is cancelled and the work fails, the next caller in line does its own work instead of getting an error
/// that is none of its business.
final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private enum Turn {
        case work
        case finished(Result<Value, any Error>)
        case cancelled
    }

    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Turn, Never>
    }

    private struct State {
        var lastNumber = 0
        // Whoever is at work, and those who wait for it.
        var flights: [Key: [Waiter]] = [:]
    }

    private let state = Mutex(State())

    /// How many callers wait for the work of another one.
    func waiterCount(for key: Key) -> Int { state.withLock { $0.flights[key]?.count ?? 0 } }

    /// Gives the result of the work for a key.
    ///
    /// - Parameters:
    ///   - key: What the callers want.
    ///   - work: Done unless somebody else is at it.
    /// - Returns: The result, of this caller's work or of another one's.
    /// - Throws: What the work throws, to all who wait for it; `CancellationError` to a caller who is cancelled while it
    ///   waits.
    func value(for key: Key, work: () async throws -> Value) async throws -> Value {
        switch await turn(for: key) {
        case .finished(let result): return try result.get()
        case .cancelled: throw CancellationError()
        case .work: break
        }
        do {
            let value = try await work()
            land(key, with: .success(value))
            return value
        } catch {
            if Task.isCancelled {
                handOver(key)
            } else {
                land(key, with: .failure(error))
            }
            throw error
        }
    }

    private func turn(for key: Key) async -> Turn {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let turn = state.withLock { state -> Turn? in
                    // The handler may have run already, before there was anything to find.
                    guard !Task.isCancelled else { return .cancelled }
                    guard state.flights[key] != nil else {
                        state.flights[key] = []
                        return .work
                    }
                    state.flights[key]?.append(Waiter(number: number, continuation: continuation))
                    return nil
                }
                if let turn { continuation.resume(returning: turn) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.flights[key]?.firstIndex(where: { $0.number == number }) else { return nil }
                return state.flights[key]?.remove(at: index)
            }
            waiter?.continuation.resume(returning: .cancelled)
        }
    }

    private func land(_ key: Key, with result: Result<Value, any Error>) {
        let waiters = state.withLock { $0.flights.removeValue(forKey: key) } ?? []
        for waiter in waiters { waiter.continuation.resume(returning: .finished(result)) }
    }

    private func handOver(_ key: Key) {
        let next = state.withLock { state -> Waiter? in
            guard let waiters = state.flights[key], !waiters.isEmpty else {
                state.flights[key] = nil
                return nil
            }
            return state.flights[key]?.removeFirst()
        }
        next?.continuation.resume(returning: .work)
    }
}
