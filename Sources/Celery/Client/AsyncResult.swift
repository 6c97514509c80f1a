/// A task's result, now or later.
public struct AsyncResult<Output: Codable & Sendable>: Sendable {
    /// The task's id.
    public let id: TaskID
    private let backend: any ResultBackend
    private let control: ControlClient?

    /// Names a result.
    ///
    /// - Parameters:
    ///   - id: The task's id.
    ///   - backend: Where it is stored.
    ///   - control: How workers are told to revoke the task; nil if it is never revoked.
    public init(id: TaskID, backend: any ResultBackend, control: ControlClient? = nil) {
        self.id = id
        self.backend = backend
        self.control = control
    }

    /// What is stored now.
    ///
    /// - Returns: Nil when nothing is stored: Celery's PENDING.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    public func document() async throws -> ResultDocument? {
        try await backend.document(for: id)
    }

    /// The state now; PENDING when nothing is stored.
    ///
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    public var state: TaskState {
        get async throws { try await document()?.state ?? .pending }
    }

    /// Follows the task: the stored state first, then each one as it is stored, until a final one.
    ///
    /// - Parameter body: Reads the updates.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or ``CeleryError``.
    public func withUpdates<R: Sendable>(
        _ body: @Sendable (AsyncThrowingStream<ResultDocument, any Error>) async throws -> R
    ) async throws -> R {
        try await backend.withUpdates(of: id, body)
    }

    /// Waits for the result.
    ///
    /// - Parameter timeout: How long to wait; for ever when nil.
    /// - Returns: What the task returned.
    /// - Throws: ``PythonException`` when it failed or was revoked, ``CeleryError`` with the code `timedOut`,
    ///   `unavailable`, or `codingFailed` when the result is not of the expected type.
    public func value(timeout: Duration? = nil) async throws -> Output {
        let document = try await withThrowingTaskGroup(of: ResultDocument?.self) { group in
            group.addTask { try await finalDocument() }
            if let timeout {
                group.addTask {
                    try await Task.sleep(for: timeout)
                    return nil
                }
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let document else {
            throw CeleryError(.timedOut, "task \(id) has not ended in the time given")
        }
        guard document.state == .success else {
            throw PythonException(json: document.result)
                ?? CeleryError(.codingFailed, "the stored failure of task \(id) holds no exception")
        }
        do {
            return try JSONValueDecoder().decode(Output.self, from: document.result)
        } catch {
            throw CeleryError(.codingFailed, "the result of task \(id) is not a \(Output.self)", underlyingError: error)
        }
    }

    private func finalDocument() async throws -> ResultDocument {
        try await withUpdates { updates in
            for try await document in updates where document.state.isReady { return document }
            throw CancellationError()
        }
    }

    /// Removes the stored state.
    ///
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    public func forget() async throws {
        try await backend.forget(id)
    }

    /// Sees to it that the task is not run (celery/result.py, `revoke`).
    ///
    /// - Parameters:
    ///   - terminate: Whether it is ended if it runs.
    ///   - signal: How: the signal that its process gets.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `invalidConfiguration` when the result was made without
    ///   remote control.
    public func revoke(terminate: Bool = false, signal: String = "SIGTERM") async throws {
        guard let control else {
            throw CeleryError(.invalidConfiguration, "this result knows no workers: get it from CeleryClient.result")
        }
        try await control.revoke([id], terminate: terminate, signal: signal)
    }
}
