/// What workers can be asked about themselves: the commands of `celery inspect` that people use most.
public enum Inspection: String, Sendable, Hashable, CaseIterable {
    /// The tasks that run.
    case active
    /// The tasks that wait for a slot.
    case reserved
    /// The tasks that wait for their time.
    case scheduled
    /// The names of the tasks that are known.
    case registered
    /// What the worker has done, and what it is made of.
    case statistics = "stats"
    /// The queues that are read.
    case activeQueues = "active_queues"
    /// How the worker is set.
    case settings = "conf"
    /// The ids of revoked tasks.
    case revoked
}

extension ControlClient {
    /// Asks workers about themselves.
    ///
    /// - Parameters:
    ///   - inspection: What about.
    ///   - destination: Who is asked.
    ///   - timeout: How long to wait.
    /// - Returns: The answers by node name, as celery/worker/control.py has them.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `CancellationError`.
    public func inspect(
        _ inspection: Inspection,
        of destination: ControlDestination = .everybody,
        timeout: Duration = .seconds(1)
    ) async throws -> [String: JSONValue] {
        let replies = try await ask(inspection.rawValue, of: destination, timeout: timeout)
        // Two workers of one name should not be; one of them is shown.
        return Dictionary(replies.map { ($0.node, $0.answer) }) { first, _ in first }
    }
}
