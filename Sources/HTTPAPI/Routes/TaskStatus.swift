import Celery

/// What `GET /tasks/{task_id}` tells about a task.
struct TaskStatus {
    let id: TaskID
    let state: TaskState
    /// What the task returned, or `{"error": …}` when it failed.
    let result: JSONValue
    /// What the task reported last, while it runs.
    let progress: JSONValue

    /// Reads a stored state; nothing stored means PENDING, also for ids that nobody has heard of.
    init(id: TaskID, document: ResultDocument?) {
        self.id = id
        state = document?.state ?? .pending
        let stored = document?.result ?? .null
        switch state {
        case .success: (result, progress) = (stored, .null)
        case .failure: (result, progress) = (["error": .string(errorText(stored))], .null)
        case .progress: (result, progress) = (.null, stored)
        default: (result, progress) = (.null, .null)
        }
    }

    /// The body of the answer.
    var json: JSONValue {
        [
            "task_id": .string(id.rawValue),
            "state": .string(state.rawValue),
            "result": result,
            "progress": progress,
        ]
    }
}

/// What Python's `str` gives for the exception that Celery makes of a stored failure.
private func errorText(_ failure: JSONValue) -> String {
    PythonException(json: failure)?.message ?? failure.stringValue ?? failure.exactPythonRepr
}
