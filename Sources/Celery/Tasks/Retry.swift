/// Thrown by a task to be run again later.
///
/// After ``TaskOptions/maxRetries`` runs the task fails with ``cause``, or with `MaxRetriesExceededError` when there is
/// none (celery/app/task.py, `retry`).
public struct Retry: Error, Sendable {
    /// How long to wait before the next run; the task's own ``TaskOptions/retryDelay`` when nil.
    public var delay: Duration?
    /// What went wrong this time; stored with the RETRY state.
    public var cause: (any Error)?
    /// Overrides the task's limit for this call.
    public var maxRetries: Int?

    /// Asks for another run.
    ///
    /// - Parameters:
    ///   - delay: How long to wait; the task's own delay when nil.
    ///   - cause: What went wrong.
    ///   - maxRetries: Overrides the task's limit.
    public init(after delay: Duration? = nil, cause: (any Error)? = nil, maxRetries: Int? = nil) {
        self.delay = delay
        self.cause = cause
        self.maxRetries = maxRetries
    }
}
