import Foundation
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Tracing

/// Runs tasks in child processes: the pool `prefork`.
///
/// A child is a fresh run of the same executable, never a fork: Swift's runtime has threads. It has no connection to the
/// broker. A child that crashes, hangs or grows costs one task its run, and the pool a few milliseconds.
final class ProcessPool: WorkerPool {
    let isResizable = true
    private let nodeName: String
    private let configuration: ProcessPoolConfiguration
    private let logger: Logger
    private let slots = SlotQueue<ChildProcess>()
    private let jobCount = Atomic(0)

    private struct State {
        var children: [Int32: ChildProcess] = [:]
        var isTerminated = false
        var size: PoolSize
    }

    private let state: Mutex<State>
    /// One element for each child that has to be kept.
    private let keepers = AsyncThrowingStream.makeStream(of: Void.self)

    /// A child that ends so many times before it is ready will not get better by itself.
    private static let mostFailedStarts = 5

    init(concurrency: Int, nodeName: String, configuration: ProcessPoolConfiguration, logger: Logger) {
        state = Mutex(State(size: PoolSize(concurrency)))
        self.nodeName = nodeName
        self.configuration = configuration
        self.logger = logger
    }

    var concurrency: Int { state.withLock { $0.size.target } }

    var processes: [Int32] { state.withLock { $0.children.keys.sorted() } }

    func resize(to concurrency: Int) {
        let new = state.withLock { $0.size.resize(to: concurrency) }
        for _ in 0..<new { keepers.continuation.yield() }
        // Its keeper sees that it is one too many.
        for _ in 0..<state.withLock({ $0.size.surplus }) { slots.takeFree()?.retire() }
    }

    func restart() {
        state.withLock { $0.size.renew() }
        while let idle = slots.takeFree() { idle.retire() }
    }

    /// What Celery's pool shows (celery/concurrency/prefork.py, asynpool.py), for clients that look at it.
    var statistics: JSONObject {
        let children = state.withLock { $0.children.values.sorted { $0.pid < $1.pid } }
        let writes = children.map(\.jobsDone)
        let total = writes.reduce(0, +)
        let share = { (count: Double) in String(format: "%.2f", total == 0 ? 0 : count / Double(total)) }
        return [
            "implementation": "celery.concurrency.prefork:TaskPool",
            "max-concurrency": .integer(concurrency),
            "processes": .array(children.map { .integer(Int($0.pid)) }),
            "max-tasks-per-child": configuration.maxTasksPerChild.map { .integer($0) } ?? "N/A",
            "put-guarded-by-semaphore": false,
            "writes": [
                "total": .integer(total),
                "avg": .string(share(Double(total) / Double(max(children.count, 1)))),
                "all": .string(total == 0 ? "" : writes.map { share(Double($0)) }.joined(separator: ", ")),
                "raw": .string(total == 0 ? "" : writes.map(String.init).joined(separator: ", ")),
                "strategy": "fair",
                "inqueues": ["total": .integer(children.count), "active": 0],
            ],
        ]
    }

    func run() async throws {
        for _ in 0..<concurrency { keepers.continuation.yield() }
        try await withThrowingDiscardingTaskGroup { group in
            for try await _ in keepers.stream {
                group.addTask {
                    do {
                        try await self.keepOneChild()
                    } catch {
                        self.keepers.continuation.finish(throwing: error)
                    }
                }
            }
        }
    }

    func ticket() -> PoolTicket {
        slots.ticket { job, place, observer in await self.execute(job, place: place, observer: observer) }
    }

    private func execute(
        _ job: PoolJob,
        place: SlotQueue<ChildProcess>.Place,
        observer: any PoolJobObserver
    ) async -> TaskOutcome? {
        var place = place
        while let child = await place.slot() {
            // It died while it had nothing to do; its successor is on its way.
            guard child.isAlive else {
                place = slots.join()
                continue
            }
            guard await observer.jobWillStart(pid: child.pid) else {
                slots.give(child)
                return nil
            }
            let outcome = await observer.surround(job.request) { request in
                var job = job
                job.request = request
                return await run(job, in: child, observer: observer)
            }
            if child.isAlive {
                if isWornOut(child) || state.withLock({ $0.size.surplus > 0 }) {
                    child.retire()
                } else {
                    slots.give(child)
                }
            }
            return outcome
        }
        return nil
    }

    func close() {
        slots.close()
    }

    func terminate() async {
        let children = state.withLock { state in
            state.isTerminated = true
            return state.children.values.map(\.self)
        }
        for child in children { child.kill() }
    }

    private func run(_ job: PoolJob, in child: ChildProcess, observer: any PoolJobObserver) async -> TaskOutcome {
        let number = jobCount.add(1, ordering: .relaxed).newValue
        job.control.start { child.kill(signal: $0) }
        defer { job.control.end() }
        let timer = job.timeLimit.map { child.kill(after: $0, job.control) }
        defer { timer?.cancel() }
        child.startJob(
            .run(
                queue: job.request.queue,
                softTimeLimit: job.softTimeLimit,
                trace: ServiceContext.current?.headers ?? [:],
                envelope: job.envelope
            )
        )
        while let frame = await child.nextFrame() {
            switch frame {
            case .report(let state, let meta):
                await observer.jobReports(state, meta: meta)
            case .send(let number, let sending, let trace):
                // The task may have opened spans of its own.
                let context = trace.isEmpty ? ServiceContext.current : ServiceContext(headers: trace)
                let result = await ServiceContext.withValue(context) { await Self.send(sending, for: observer) }
                child.answer(.sent(number: number, result))
            case .outcome(let outcome):
                return outcome
            case .event(let event):
                await observer.jobSendsEvent(event)
            case .configure, .run, .ready, .sent:
                child.kill()
            }
        }
        if let limit = job.timeLimit, child.exceededTimeLimit { return .timeLimitExceeded(limit) }
        if state.withLock({ $0.isTerminated }) { return .interrupted }
        // billiard/pool.py: the words of WorkerLostError.
        return .workerLost("Worker exited prematurely: \(await child.exitStatus().description) Job: \(number).")
    }

    private static func send(
        _ sending: TaskSending,
        for observer: any PoolJobObserver
    ) async -> Result<JSONValue, PythonException> {
        do {
            return .success(try await observer.jobSends(sending))
        } catch {
            return .failure(PythonException(error))
        }
    }

    private func isWornOut(_ child: ChildProcess) -> Bool {
        if child.wasSignalled { return true }
        if child.generation != state.withLock({ $0.size.generation }) { return true }
        if let most = configuration.maxTasksPerChild, child.jobsDone >= most { return true }
        if let most = configuration.maxMemoryPerChild, let size = child.residentKiB, size > most { return true }
        return false
    }

    /// Starts a child, and another one each time it ends, until it is one too many.
    private func keepOneChild() async throws {
        var failedStarts = 0
        while !Task.isCancelled, !state.withLock({ $0.isTerminated || $0.size.endOne() }) {
            let generation = state.withLock { $0.size.generation }
            let child = try await ChildProcess.spawn(configuration, generation: generation)
            state.withLock { $0.children[child.pid] = child }
            let isReady = await child.start(
                PoolChildConfiguration(
                    nodeName: nodeName,
                    addressSpaceLimit: configuration.addressSpaceLimit,
                    settings: configuration.settings
                )
            )
            if isReady {
                failedStarts = 0
                logger.debug("pool child ready", metadata: ["pid": "\(child.pid)"])
                slots.give(child)
            }
            let status = await child.exitStatus()
            state.withLock { $0.children[child.pid] = nil }
            logger.debug("pool child ended", metadata: ["pid": "\(child.pid)", "status": "\(status)"])
            if !isReady, !Task.isCancelled, !state.withLock({ $0.isTerminated }) {
                failedStarts += 1
                guard failedStarts < Self.mostFailedStarts else {
                    throw CeleryError(
                        .poolFailed,
                        "a pool child ended \(failedStarts) times before it was ready, the last time with \(status)"
                    )
                }
            }
        }
    }
}
