/// Where the states and results of tasks are kept.
public protocol ResultBackend: Sendable {
    /// Stores a state and tells those who wait for it; a stored SUCCESS is never overwritten.
    ///
    /// - Parameter document: The state to store.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    func store(_ document: ResultDocument) async throws

    /// The last stored state.
    ///
    /// - Parameter id: The task's id.
    /// - Returns: Nil when nothing is stored: the task is pending, unknown or forgotten, which nobody can tell apart.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `codingFailed` when the stored text is not a result.
    func document(for id: TaskID) async throws -> ResultDocument?

    /// Follows a task: the stored state first, then each one as it is stored.
    ///
    /// - Parameters:
    ///   - id: The task's id.
    ///   - body: Reads the updates; they end after a final state.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or ``CeleryError`` with the code `unavailable`.
    func withUpdates<R: Sendable>(
        of id: TaskID,
        _ body: @Sendable (AsyncThrowingStream<ResultDocument, any Error>) async throws -> R
    ) async throws -> R

    /// Removes a stored state.
    ///
    /// - Parameter id: The task's id.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    func forget(_ id: TaskID) async throws
}
