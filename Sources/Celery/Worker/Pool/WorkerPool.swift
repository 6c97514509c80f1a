/// Where tasks run.
protocol WorkerPool: Sendable {
    /// How many tasks run at the same time.
    var concurrency: Int { get }

    /// Keeps the pool alive until cancelled.
    ///
    /// - Throws: ``CeleryError`` with the code `poolFailed` when it cannot be.
    func run() async throws

    /// Runs one call in the next free slot.
    ///
    /// - Parameters:
    ///   - job: The call.
    ///   - observer: Told when a slot is taken and when the task reports.
    /// - Returns: How it ended; nil if the pool closed before a slot was free, or the observer refused.
    func execute(_ job: PoolJob, observer: any PoolJobObserver) async -> TaskOutcome?

    /// Gives no more slots: calls that wait for one return nil, running ones go on.
    func close()

    /// Ends running tasks; those that can be killed are.
    func terminate() async
}

/// One call, with its limits.
struct PoolJob: Sendable {
    var request: TaskRequest
    /// The message as it came, for a process that decodes it itself.
    var envelope: [UInt8]
    /// When to kill it.
    var timeLimit: Duration?
    /// When to cancel it.
    var softTimeLimit: Duration?
}

/// Follows one call through the pool.
protocol PoolJobObserver: Sendable {
    /// A slot is taken and the task is about to start.
    ///
    /// - Parameter pid: The process that will run it.
    /// - Returns: False if it must not start.
    func jobWillStart(pid: Int32) async -> Bool

    /// The task stores a state of its own.
    func jobReports(_ state: TaskState, meta: JSONValue) async
}
