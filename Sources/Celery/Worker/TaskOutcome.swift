/// How one run of a task ended.
public enum TaskOutcome: Sendable {
    /// It returned a value.
    case success(JSONValue)
    /// It failed.
    case failure(PythonException, traceback: String?)
    /// It wants to be run again; the cause stands beside the request, as Python will see it.
    case retry(Retry, cause: PythonException?, traceback: String?)
    /// Another signature takes its place.
    case replaced(by: Signature)
    /// It refused its message.
    case reject(reason: String, requeue: Bool)
    /// It wants nothing to be stored.
    case ignore
    /// It was revoked: `revoked`, `terminated` or `expired`.
    case revoked(reason: String)
    /// Its process died under it; the text says how.
    case workerLost(String)
    /// It ran longer than its hard limit and was killed.
    case timeLimitExceeded(Duration)
    /// It was stopped because the worker stops; its message is handed back.
    case interrupted
}

extension TaskOutcome {
    /// The outcome with a retry that is one too many as the failure that it is (celery/app/task.py, `retry`).
    func exhausted(_ request: TaskRequest, _ options: TaskOptions) -> TaskOutcome {
        guard case .retry(let retry, let cause, let traceback) = self,
            let most = retry.maxRetries ?? options.maxRetries, request.retries >= most
        else { return self }
        let message = request.message
        let exceeded = PythonException.maxRetriesExceeded(
            task: request.task,
            id: request.id,
            args: message.argsRepr,
            kwargs: message.kwargsRepr
        )
        return .failure(cause ?? exceeded, traceback: traceback)
    }
}

extension TaskOutcome {
    /// Whether it is the worker that ends the task so, and not what ran it.
    var isTheWorkersOwn: Bool {
        switch self {
        case .reject, .revoked, .workerLost, .timeLimitExceeded, .interrupted: true
        case .success, .failure, .retry, .replaced, .ignore: false
        }
    }
}
