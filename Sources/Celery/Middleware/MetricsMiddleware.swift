import Metrics

/// Counts and times tasks, under the names in ``TelemetryNames``.
public struct MetricsMiddleware: TaskMiddleware {
    private let active = Meter(label: TelemetryNames.activeTasks)

    /// It does not.
    public var mayBlock: Bool { false }

    /// Makes the middleware.
    public init() {}

    /// Measures one call.
    public func handle(
        _ request: TaskRequest,
        next: @Sendable (TaskRequest) async -> TaskOutcome
    ) async -> TaskOutcome {
        active.increment()
        let start = ContinuousClock.now
        let outcome = await next(request)
        active.decrement()
        let dimensions = [("task", request.task), ("queue", request.queue.rawValue)]
        Timer(label: TelemetryNames.taskDuration, dimensions: dimensions)
            .recordNanoseconds(Int64((ContinuousClock.now - start).seconds * 1e9))
        Counter(label: TelemetryNames.tasks, dimensions: dimensions + [("outcome", outcome.name)]).increment()
        return outcome
    }
}
