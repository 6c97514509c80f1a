public import Logging

/// What a running task knows of its call, and how it reports.
public struct TaskContext: Sendable {
    /// The call.
    public let request: TaskRequest
    /// Logs with the task's name and id.
    public let logger: Logger
    let registry: TaskRegistry
    let link: TaskLink
    /// The arguments of this very call: those of the message, unless one task calls another one in its process.
    private(set) var arguments: RawArguments

    init(request: TaskRequest, registry: TaskRegistry, logger: Logger, link: TaskLink) {
        self.request = request
        self.registry = registry
        self.link = link
        arguments = RawArguments(args: request.message.args, kwargs: request.message.kwargs)
        var logger = logger
        logger[metadataKey: "task_id"] = "\(request.id)"
        logger[metadataKey: "task_name"] = "\(request.task)"
        self.logger = logger
    }

    /// The context of a task that is called by this one in its process.
    func calling(args: [JSONValue]) -> TaskContext {
        var context = self
        context.arguments = RawArguments(args: args)
        return context
    }

    /// Stores the PROGRESS state, as Python tasks do with `update_state(state='PROGRESS', meta=…)`.
    ///
    /// A report that gets lost, or that comes when the task has ended, is logged and never fails the task.
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
        await link.report(state, meta)
    }

    /// Sends a task, chain, group or chord on behalf of this one, at once.
    ///
    /// What is sent has this task as its parent, and is among the `children` of this task's result.
    ///
    /// - Parameter signature: What to send.
    /// - Returns: Its result to come.
    /// - Throws: ``CeleryError`` with the code `unavailable`, `codingFailed` when it cannot be sent as it is, or `taskEnded`
    ///   when this task is over.
    @discardableResult
    public func apply(_ signature: Signature) async throws -> ResultHandle {
        ResultHandle(json: try await link.send(TaskSending(signature)))
    }

    /// Ends the task and puts something else in its place, which takes over its id, its callbacks and the rest of its chain.
    ///
    /// - Parameter signature: What to run instead; a chain, group or chord as well.
    /// - Throws: Always: what makes the worker replace the task, or ``PythonException`` `ImproperlyConfigured` for an
    ///   empty chain and for a part of another chord.
    public func replace(with signature: Signature) throws -> Never {
        try Replacement.check(signature)
        throw Replace(signature: signature)
    }

    /// Adds a task to the chord in whose header this one is: the body waits for it, too, and gets its result.
    ///
    /// - Parameter signature: What to send.
    /// - Returns: Its result to come.
    /// - Throws: ``PythonException`` `ValueError` when this task is in no chord's header; otherwise as ``apply(_:)``.
    @discardableResult
    public func addToChord(_ signature: Signature) async throws -> ResultHandle {
        // celery/app/task.py: add_to_chord.
        guard request.message.embed.chord != nil else {
            throw PythonException.valueError("Current task is not member of any chord")
        }
        return ResultHandle(json: try await link.send(TaskSending(signature, joinsChord: true)))
    }
}

/// Ends a task that is replaced.
struct Replace: Error {
    let signature: Signature
}
