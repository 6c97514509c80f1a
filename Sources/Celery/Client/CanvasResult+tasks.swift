// Celery's `GroupResult` asks and changes its members (celery/result.py, `ResultSet`); a single task is one of one.
extension CanvasResult {
    /// The single tasks that it is made of: itself, or the members of the group and of groups within.
    private var tasks: [AsyncResult<JSONValue>] { members?.flatMap(\.tasks) ?? [task()] }

    /// The states of its tasks now, in the order of the members; those of groups within follow one another.
    ///
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    public var states: [TaskState] {
        get async throws {
            try await withThrowingTaskGroup(of: (Int, TaskState).self) { group in
                let tasks = tasks
                for (index, task) in tasks.enumerated() { group.addTask { (index, try await task.state) } }
                var states = [TaskState](repeating: .pending, count: tasks.count)
                for try await (index, state) in group { states[index] = state }
                return states
            }
        }
    }

    /// Whether all of its tasks have ended, in whatever way.
    ///
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    public var isReady: Bool {
        get async throws { try await states.allSatisfy(\.isReady) }
    }

    /// How many of its tasks have succeeded (`completed_count`).
    ///
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    public var completedCount: Int {
        get async throws { try await states.count { $0 == .success } }
    }

    /// Removes the stored states of its tasks, and of those that came before.
    ///
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    public func forget() async throws {
        try await parent?.forget()
        for task in tasks { try await task.forget() }
    }

    /// Sees to it that its tasks are not run; those that come before them are not touched.
    ///
    /// - Parameters:
    ///   - terminate: Whether those that run are ended.
    ///   - signal: How: the signal that their processes get.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    public func revoke(terminate: Bool = false, signal: String = "SIGTERM") async throws {
        try await client.control.revoke(tasks.map(\.id), terminate: terminate, signal: signal)
    }
}
