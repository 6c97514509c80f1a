import Synchronization

/// What a pool child has asked its worker, and who waits for the answers.
final class PoolRequests: Sendable {
    private struct State {
        var next = 1
        var waiting: [Int: CheckedContinuation<Result<JSONValue, PythonException>, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Asks and waits.
    ///
    /// - Parameter ask: Puts the question with its number on its way.
    /// - Returns: The answer.
    /// - Throws: ``PythonException`` when the worker could not do it.
    func ask(_ ask: (Int) -> Void) async throws -> JSONValue {
        let result = await withCheckedContinuation { continuation in
            let number = state.withLock { state in
                defer { state.next += 1 }
                state.waiting[state.next] = continuation
                return state.next
            }
            ask(number)
        }
        return try result.get()
    }

    /// Hands an answer to whoever asked.
    func answer(_ number: Int, _ result: Result<JSONValue, PythonException>) {
        state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: result)
    }
}
