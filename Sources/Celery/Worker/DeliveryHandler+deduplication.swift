import Logging

extension DeliveryHandler {
    /// The end of a task that is delivered again although its success is stored (`worker_deduplicate_successful_tasks`).
    ///
    /// celery/app/trace.py: what was to follow it is sent now, unless the stored result names what it has sent already. A
    /// part of a chord is counted once, however often that is tried.
    ///
    /// - Parameters:
    ///   - request: The call.
    ///   - options: The task's options.
    /// - Returns: What is left to do; nil when the task is to be run.
    func repeatedSuccess(of request: TaskRequest, _ options: TaskOptions) async -> CompletionPlan? {
        guard configuration.deduplicatesSuccessfulTasks, request.message.isRedelivered,
            (options.acknowledgement ?? configuration.acknowledgement) == .late
        else { return nil }
        // A result that cannot be read does not keep the task from being run.
        guard let document = try? await results.document(for: request.id), document.state == .success else {
            return nil
        }
        logger.info("Task \(request.message.displayName)[\(request.id)] Task already completed successfully.")
        let hasSent = document.children.arrayValue?.isEmpty == false
        return plan(.success(document.result), request, sendsSuccessors: !hasSent)
    }
}
