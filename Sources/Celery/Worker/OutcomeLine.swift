import Logging

/// What the log says of the end of a run: Celery's words (celery/app/trace.py, celery/worker/request.py), without results
/// and without the texts of exceptions that tasks raise, for they may hold anything.
struct OutcomeLine: Equatable {
    let level: Logger.Level
    let text: String
    /// Which task it is about, where Celery's words do not tell.
    private(set) var metadata: Logger.Metadata = [:]

    /// nil for a run that was told of before, or that has not ended.
    ///
    /// - Parameters:
    ///   - outcome: How the run ended.
    ///   - plan: What follows from that.
    ///   - runtime: How long it took.
    init?(_ outcome: TaskOutcome, _ plan: CompletionPlan, runtime: Duration) {
        let name = "\(plan.request.message.displayName)[\(plan.request.id)]"
        switch (outcome, plan.exception) {
        // A refusal and the request to end it have their own lines.
        case (.revoked, _):
            return nil
        case (.timeLimitExceeded(let limit), _):
            (level, text) = (.error, "Hard time limit (\(limit.jsonSeconds.pythonRepr())s) exceeded for \(name)")
        case (.reject(_, let requeue), _):
            (level, text) = (.warning, "Task \(name) reject requeue=\(requeue ? "True" : "False")")
        case (_, let exception?) where plan.isRetry:
            let reason = PythonException.retry(in: plan.retryDelay ?? .zero)
            let cause = exception == reason ? "" : ": \(exception.type)"
            (level, text) = (.info, "Task \(name) retry: \(reason.message)\(cause)")
        case (.workerLost(let how), _):
            (level, text) = (.error, "Task handler raised error: \(PythonException.workerLost(how))")
            metadata = ["task": "\(name)"]
        case (.interrupted, let exception?):
            (level, text) = (.error, "Task handler raised error: \(exception)")
            metadata = ["task": "\(name)"]
        case (_, let exception?):
            (level, text) = (.error, "Task \(name) raised unexpected: \(exception.type)")
        case (.success, nil):
            let seconds = (runtime.seconds * 1e6).rounded() / 1e6
            (level, text) = (.info, "Task \(name) succeeded in \(seconds)s")
        // celery/app/task.py, replace: raises Ignore as well.
        case (.replaced, nil), (.ignore, nil):
            (level, text) = (.info, "Task \(name) ignored")
        // The first two have an exception; without one an interrupted run is handed back.
        case (.failure, nil), (.retry, nil), (.interrupted, nil):
            return nil
        }
    }
}
