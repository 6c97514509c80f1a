/// Thrown by a task to refuse its message (celery/exceptions.py, `Reject`).
public struct Reject: Error, Sendable {
    /// Why it is refused.
    public var reason: String
    /// Whether the message goes back to its queue; otherwise it is dropped and the task fails with `Reject`.
    public var requeue: Bool

    /// Refuses the message.
    ///
    /// - Parameters:
    ///   - reason: Why it is refused.
    ///   - requeue: Whether it goes back to its queue.
    public init(_ reason: String = "", requeue: Bool = false) {
        self.reason = reason
        self.requeue = requeue
    }
}
