/// Where tasks run.
protocol WorkerPool: Sendable {
    /// What `stats` shows as `pool`.
    var statistics: JSONObject { get }

    /// How many tasks run at the same time.
    var concurrency: Int { get }

    /// Whether the number of slots can change.
    var isResizable: Bool { get }

    /// The processes that tasks run in.
    var processes: [Int32] { get }

    /// Has another number of slots; one that is too many and busy goes when its task has ended.
    func resize(to concurrency: Int)

    /// Replaces what tasks run in: what is idle at once, the rest as it gets free.
    func restart()

    /// Keeps the pool alive until cancelled.
    ///
    /// - Throws: ``CeleryError`` with the code `poolFailed` when it cannot be.
    func run() async throws

    /// Takes a place in the line for a slot: tasks start in the order in which their places were taken.
    func ticket() -> PoolTicket

    /// Gives no more slots: calls that wait for one return nil, running ones go on.
    func close()

    /// Ends running tasks; those that can be killed are.
    func terminate() async
}

/// A place in the line for a pool's slots, good for one run.
struct PoolTicket: Sendable {
    /// Waits for the slot and runs a call in it.
    ///
    /// Takes the call and whoever is told when a slot is taken and when the task reports. Returns how it ended; nil if
    /// the pool closed before a slot was free, or the observer refused.
    let run: @Sendable (PoolJob, any PoolJobObserver) async -> TaskOutcome?
    /// Leaves the line; nothing if the call has run.
    let leave: @Sendable () -> Void
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
    /// Ends it from outside; the pool says when it may.
    var control = JobControl()
}

extension PoolJob {
    /// The limit that counts: the call's, else the task's, else the worker's.
    ///
    /// In a call zero is no limit of its own; in a task's options it lifts the worker's (celery/worker/request.py,
    /// `execute_using_pool`, and billiard/pool.py, `handle_timeouts`).
    static func limit(_ call: Duration?, _ task: Duration?, _ worker: Duration?) -> Duration? {
        if let call, call > .zero { return call }
        guard let limit = task ?? worker, limit > .zero else { return nil }
        return limit
    }
}

/// Follows one call through the pool.
protocol PoolJobObserver: Sendable {
    /// A slot is taken and the task is about to start.
    ///
    /// - Parameter pid: The process that will run it.
    /// - Returns: False if it must not start.
    func jobWillStart(pid: Int32) async -> Bool

    /// The slot is taken: runs the call under whatever surrounds it.
    ///
    /// - Parameters:
    ///   - request: The call.
    ///   - run: Runs it in the slot.
    /// - Returns: How it ended.
    func surround(
        _ request: TaskRequest,
        _ run: @Sendable (TaskRequest) async -> TaskOutcome
    ) async -> TaskOutcome

    /// The task stores a state of its own.
    func jobReports(_ state: TaskState, meta: JSONValue) async

    /// The task sends something.
    ///
    /// - Returns: The result to come, as Celery writes it.
    /// - Throws: ``CeleryError`` when it cannot be sent.
    func jobSends(_ sending: TaskSending) async throws -> JSONValue

    /// The task sends an event of its own.
    func jobSendsEvent(_ event: TaskEvent) async
}

extension SlotQueue {
    /// Takes a place in the line, for a call that is run by `execute` in the slot that comes.
    func ticket(
        _ execute: @escaping @Sendable (PoolJob, Place, any PoolJobObserver) async -> TaskOutcome?
    ) -> PoolTicket {
        let place = join()
        return PoolTicket(run: { job, observer in await execute(job, place, observer) }, leave: place.leave)
    }
}
