/// The names of the library's metrics, in one place.
public enum TelemetryNames {
    /// Counter: tasks that ended, by `task`, `queue` and `outcome`.
    public static let tasks = "celery.tasks"
    /// Timer: how long a task ran, by `task` and `queue`.
    public static let taskDuration = "celery.task.duration"
    /// Meter: tasks that run.
    public static let activeTasks = "celery.tasks.active"
}

extension TaskOutcome {
    /// The outcome as a metric's dimension.
    var name: String {
        switch self {
        case .success: "success"
        case .failure: "failure"
        case .retry: "retry"
        case .reject: "rejected"
        case .ignore: "ignored"
        case .replaced: "replaced"
        case .revoked: "revoked"
        case .workerLost: "worker_lost"
        case .timeLimitExceeded: "time_limit"
        case .interrupted: "interrupted"
        }
    }
}
