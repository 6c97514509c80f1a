import Foundation

extension CompletionPlan {
    /// The message's word counts; null in it means the task's own (celery/worker/request.py).
    static func ignoresResult(_ request: TaskRequest, _ options: TaskOptions) -> Bool {
        request.message.ignoreResult ?? options.ignoreResult ?? false
    }

    /// A state of a task, with the members that come from its message.
    static func document(
        _ state: TaskState,
        _ result: JSONValue,
        _ request: TaskRequest,
        _ settings: ResultSettings,
        traceback: String? = nil,
        now: Date
    ) -> ResultDocument {
        ResultDocument(
            taskID: request.id,
            state: state,
            result: result,
            traceback: traceback,
            // celery/backends/base.py, _get_result_meta: only final states have a time.
            dateDone: state.isReady ? now : nil,
            groupID: request.message.group,
            parentID: request.message.parentID,
            extended: settings.isExtended
                ? ResultDocument.extended(of: request.message, worker: request.nodeName) : [:]
        )
    }

    /// The failure of something that has not run; what was sent until now are its children, as in Celery.
    ///
    /// Celery's worker itself runs no task whose children they could be (celery/backends/base.py, `current_task_children`).
    mutating func storeFailure(of id: String, _ exception: PythonException) {
        let document = ResultDocument(
            taskID: TaskID(id),
            state: .failure,
            result: exception.jsonValue,
            traceback: exception.traceback(),
            children: isEndedByWorker ? .null : .array(children),
            dateDone: setting.now
        )
        store(document)
    }
}
