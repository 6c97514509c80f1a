/// How one run of a task ended.
public enum TaskOutcome: Sendable {
    /// It returned a value.
    case success(JSONValue)
    /// It failed.
    case failure(PythonException, traceback: String?)
    /// It wants to be run again.
    case retry(delay: Duration?, maxRetries: Int?, cause: PythonException?, traceback: String?)
    /// It refused its message.
    case reject(reason: String, requeue: Bool)
    /// It wants nothing to be stored.
    case ignore
    /// Its process died under it; the text says how.
    case workerLost(String)
    /// It ran longer than its hard limit and was killed.
    case timeLimitExceeded(Duration)
    /// It was stopped because the worker stops; its message is handed back.
    case interrupted
}
