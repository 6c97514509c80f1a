import Foundation
import Synchronization

/// Runs tasks as Swift tasks in the worker's own process: the pools `async` and `solo`.
///
/// Nothing can be killed here. A hard time limit cancels the task, and a task that does not look at its cancellation
/// runs to its end.
final class InProcessPool: WorkerPool {
    let isResizable: Bool
    private let runner: TaskRunner
    private let slots = SlotQueue<Void>()
    private let size: Mutex<PoolSize>

    private struct State {
        var running: [ObjectIdentifier: RunningTask] = [:]
        var isTerminated = false
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - concurrency: How many tasks run at the same time.
    ///   - isResizable: Whether that can change.
    ///   - runner: Runs them.
    init(concurrency: Int, isResizable: Bool = true, runner: TaskRunner) {
        size = Mutex(PoolSize(concurrency))
        self.isResizable = isResizable
        self.runner = runner
        for _ in 0..<concurrency { slots.give(()) }
    }

    var concurrency: Int { size.withLock { $0.target } }

    var processes: [Int32] { [ProcessInfo.processInfo.processIdentifier] }

    func resize(to concurrency: Int) {
        let new = size.withLock { $0.resize(to: concurrency) }
        for _ in 0..<new { slots.give(()) }
        while size.withLock({ $0.surplus > 0 }), slots.takeFree() != nil { give() }
    }

    func restart() {
        // There is nothing to replace: tasks run in this very process.
    }

    /// Gives a slot that has got free to the next one, unless it is one too many.
    private func give() {
        if !size.withLock({ $0.endOne() }) { slots.give(()) }
    }

    var statistics: JSONObject {
        [
            "implementation": "swift-celery:TaskPool",
            "max-concurrency": .integer(concurrency),
            "processes": [.integer(Int(ProcessInfo.processInfo.processIdentifier))],
            "max-tasks-per-child": nil,
            "put-guarded-by-semaphore": true,
        ]
    }

    func run() async throws {
        await waitUntilCancelled()
    }

    func ticket() -> PoolTicket {
        slots.ticket { job, place, observer in await self.execute(job, place: place, observer: observer) }
    }

    private func execute(
        _ job: PoolJob,
        place: SlotQueue<Void>.Place,
        observer: any PoolJobObserver
    ) async -> TaskOutcome? {
        guard await place.slot() != nil else { return nil }
        defer { give() }
        guard await observer.jobWillStart(pid: ProcessInfo.processInfo.processIdentifier) else { return nil }
        return await observer.surround(job.request) { request in
            var job = job
            job.request = request
            return await run(job, observer: observer)
        }
    }

    private func run(_ job: PoolJob, observer: any PoolJobObserver) async -> TaskOutcome {
        let task = RunningTask(
            Task {
                let link = TaskLink(
                    report: { state, meta in await observer.jobReports(state, meta: meta) },
                    send: { try await observer.jobSends($0) },
                    sendEvent: { await observer.jobSendsEvent($0) }
                )
                return await runner.run(job.request, softTimeLimit: job.softTimeLimit, link: link)
            }
        )
        job.control.start { _ in task.cancel() }
        defer { job.control.end() }
        let id = ObjectIdentifier(task)
        let isTooLate = state.withLock { state in
            state.running[id] = task
            return state.isTerminated
        }
        if isTooLate { task.cancel() }
        defer { state.withLock { $0.running[id] = nil } }
        guard let limit = job.timeLimit else { return await task.value }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Ends early only by cancellation, when the task was faster.
                guard (try? await Task.sleep(for: limit)) != nil else { return }
                task.exceedTimeLimit()
            }
            let outcome = await task.value
            group.cancelAll()
            return task.exceededTimeLimit ? .timeLimitExceeded(limit) : outcome
        }
    }

    func close() {
        slots.close()
    }

    func terminate() async {
        let running = state.withLock { state in
            state.isTerminated = true
            return state.running.values.map(\.self)
        }
        for task in running { task.cancel() }
    }
}

/// A task that the pool may have to cancel.
private final class RunningTask: Sendable {
    private let task: Task<TaskOutcome, Never>
    private let timedOut = Atomic(false)

    init(_ task: Task<TaskOutcome, Never>) {
        self.task = task
    }

    var value: TaskOutcome { get async { await task.value } }
    var exceededTimeLimit: Bool { timedOut.load(ordering: .relaxed) }

    func exceedTimeLimit() {
        timedOut.store(true, ordering: .relaxed)
        task.cancel()
    }

    func cancel() {
        task.cancel()
    }
}
