public import Logging

/// What a running task knows of its call, and how it reports.
public struct TaskContext: Sendable {
    /// The call.
    public let request: TaskRequest
    /// Logs with the task's name and id.
    public let logger: Logger
    let report: @Sendable (TaskState, JSONValue) async -> Void

    init(
        request: TaskRequest,
        logger: Logger,
        report: @escaping @Sendable (TaskState, JSONValue) async -> Void
    ) {
        self.request = request
        var logger = logger
        logger[metadataKey: "task_id"] = "\(request.id)"
        logger[metadataKey: "task_name"] = "\(request.task)"
        self.logger = logger
        self.report = report
    }

    /// Stores the PROGRESS state, as Python tasks do with `update_state(state='PROGRESS', meta=…)`.
    ///
    /// A report that gets lost is logged and never fails the task.
    ///
    /// - Parameters:
    ///   - current: How much is done.
    ///   - total: How much there is.
    ///   - message: What is being done, for a person to read.
    ///   - details: More members of the stored object.
    public func progress(current: Int, total: Int, message: String = "", details: JSONObject = [:]) async {
        var meta: JSONObject = [
            "current": .integer(current),
            "total": .integer(total),
            "message": .string(message),
        ]
        for (key, value) in details { meta[key] = value }
        await updateState(.progress, meta: .object(meta))
    }

    /// Stores a state of the task's own, with any value.
    ///
    /// - Parameters:
    ///   - state: The state's name; a final one (SUCCESS, FAILURE, REVOKED) is the worker's to store, not the task's.
    ///   - meta: What clients read as `AsyncResult.info`.
    public func updateState(_ state: TaskState, meta: JSONValue) async {
        await report(state, meta)
    }
}
