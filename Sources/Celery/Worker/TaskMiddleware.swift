/// A function around each run of a task.
///
/// Middleware runs in the worker's own process, also where the task runs in another one. It sees the request when its turn
/// has come and a slot of the pool is taken for it, and the outcome before it is stored. It may change the outcome, or not
/// call `next` at all. Task-local values that it sets are those of tasks in the pools `async` and `solo`.
///
/// It must not block: where child processes run the tasks, it runs on the event loop of the broker's connection.
public protocol TaskMiddleware: Sendable {
    /// Handles one call.
    ///
    /// - Parameters:
    ///   - request: The call.
    ///   - next: Runs the task, under the middleware that follows.
    /// - Returns: How it ended.
    func handle(_ request: TaskRequest, next: @Sendable (TaskRequest) async -> TaskOutcome) async -> TaskOutcome
}

/// Runs a chain of middleware around the innermost function.
func runMiddleware(
    _ middleware: ArraySlice<any TaskMiddleware>,
    _ request: TaskRequest,
    innermost: @Sendable (TaskRequest) async -> TaskOutcome
) async -> TaskOutcome {
    guard let first = middleware.first else { return await innermost(request) }
    let rest = middleware.dropFirst()
    return await first.handle(request) { request in
        await runMiddleware(rest, request, innermost: innermost)
    }
}
