/// A function around each run of a task.
///
/// Middleware runs in the worker's own process, also where the task runs in another one. It sees the request when its turn
/// has come and a slot of the pool is taken for it, and the outcome before it is stored. It may change the outcome, or not
/// call `next` at all. Task-local values that it sets are those of tasks in the pools `async` and `solo`.
///
/// It may block, unless it says that it does not.
public protocol TaskMiddleware: Sendable {
    /// Whether it may block or compute for long; true by default.
    ///
    /// Where child processes run the tasks, the worker passes messages on in an event loop, in which leases are renewed and
    /// time limits are kept. What may block is run apart from it, which costs each task two switches of threads.
    var mayBlock: Bool { get }

    /// Handles one call.
    ///
    /// - Parameters:
    ///   - request: The call.
    ///   - next: Runs the task, under the middleware that follows.
    /// - Returns: How it ended.
    func handle(_ request: TaskRequest, next: @Sendable (TaskRequest) async -> TaskOutcome) async -> TaskOutcome
}

extension TaskMiddleware {
    /// It may.
    public var mayBlock: Bool { true }
}

/// Runs a chain of middleware around the innermost function.
///
/// - Parameters:
///   - middleware: The chain, the outermost first.
///   - request: The call.
///   - loop: Where nothing may block, and where this is called; nil where anything may.
///   - innermost: Runs the task; called on `loop`.
/// - Returns: How it ended.
func runMiddleware(
    _ middleware: ArraySlice<any TaskMiddleware>,
    _ request: TaskRequest,
    on loop: (any TaskExecutor)?,
    innermost: @Sendable (TaskRequest) async -> TaskOutcome
) async -> TaskOutcome {
    guard let first = middleware.first else { return await innermost(request) }
    let rest = middleware.dropFirst()
    guard let loop, first.mayBlock else {
        return await first.handle(request) { request in
            await runMiddleware(rest, request, on: loop, innermost: innermost)
        }
    }
    return await withTaskExecutorPreference(globalConcurrentExecutor) {
        await first.handle(request) { request in
            await withTaskExecutorPreference(loop) {
                await runMiddleware(rest, request, on: loop, innermost: innermost)
            }
        }
    }
}
