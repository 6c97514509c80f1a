/// Thrown by a task that wants no state to be stored (celery/exceptions.py, `Ignore`).
public struct Ignore: Error, Sendable {
    /// Makes the request.
    public init() {}
}
