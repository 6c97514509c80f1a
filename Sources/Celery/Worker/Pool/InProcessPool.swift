import Foundation
import Synchronization

/// Runs tasks as Swift tasks in the worker's own process: the pools `async` and `solo`.
///
/// Nothing can be killed here. A hard time limit cancels the task, and a task that does not look at its cancellation
/// runs to its end.
final class InProcessPool: WorkerPool {
    let concurrency: Int
    private let runner: TaskRunner
    private let slots = SlotQueue<Int>()
    private let running = Mutex<[ObjectIdentifier: RunningTask]>([:])

    init(concurrency: Int, runner: TaskRunner) {
        self.concurrency = concurrency
        self.runner = runner
        for slot in 0..<concurrency { slots.give(slot) }
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
        place: SlotQueue<Int>.Place,
        observer: any PoolJobObserver
    ) async -> TaskOutcome? {
        guard let slot = await place.slot() else { return nil }
        defer { slots.give(slot) }
        guard await observer.jobWillStart(pid: ProcessInfo.processInfo.processIdentifier) else { return nil }
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
        running.withLock { $0[id] = task }
        defer { running.withLock { $0[id] = nil } }
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
        for task in running.withLock({ $0.values.map(\.self) }) { task.cancel() }
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
