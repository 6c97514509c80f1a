import ArgumentParser
import Celery
import CommandSupport

/// What a command says about a task: its stored document as JSON, and its state as the exit code.
enum ResultReport {
    /// The task has failed, or nothing could be found out.
    static let failure = ExitCode(1)
    /// The task was revoked or had expired.
    static let revoked = ExitCode(2)
    /// The task has not ended.
    static let unfinished = ExitCode(3)

    /// For the help of commands.
    static let explanation = "Exit codes: 0 SUCCESS, 1 FAILURE or an error, 2 REVOKED, 3 not ended (in time)."

    /// The exit code for a state.
    static func exitCode(for state: TaskState) -> ExitCode {
        switch state {
        case .success: .success
        case .failure: failure
        case .revoked: revoked
        default: unfinished
        }
    }

    /// Writes what is stored and ends the command with the state's exit code.
    ///
    /// - Parameters:
    ///   - result: The task's result.
    ///   - waiting: Whether to wait for its end, and how long.
    /// - Throws: ``CeleryError``, or the exit code if it is not that of success.
    static func write(_ result: AsyncResult<JSONValue>, waiting: Waiting) async throws {
        // Asked first, so that a server that is away is an error at once and not something to wait for.
        var document = try await result.document()
        if document?.state.isReady != true, case .upTo(let time) = waiting {
            // When time is up, what is known by then.
            if let final = try await result.finalDocument(within: time) {
                document = final
            } else {
                document = try await result.document()
            }
        }
        StandardOutput.write(document?.jsonValue ?? pending(result.id))
        let code = exitCode(for: document?.state ?? .pending)
        if code != .success { throw code }
    }

    /// Whether to wait for a task's end.
    enum Waiting {
        case no
        /// So long; for ever if nil.
        case upTo(Duration?)
    }

    // celery/backends/base.py: what nobody has stored is pending.
    private static func pending(_ id: TaskID) -> JSONValue {
        ["status": .string(TaskState.pending.rawValue), "result": nil, "task_id": .string(id.rawValue)]
    }
}

extension AsyncResult<JSONValue> {
    /// Waits for the document of the final state; nil when it does not come in time.
    fileprivate func finalDocument(within time: Duration?) async throws -> ResultDocument? {
        try await withThrowingTaskGroup(of: ResultDocument?.self) { group in
            group.addTask {
                try await withUpdates { updates in
                    for try await document in updates where document.state.isReady { return document }
                    return nil
                }
            }
            if let time {
                group.addTask {
                    try await Task.sleep(for: time)
                    return nil
                }
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
