import DequeModule
import Foundation
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import Celery

/// Runs a worker in this process, over a broker and a backend in memory.
@Suite(.timeLimit(.minutes(1))) struct WorkerTests {
    struct Add: TaskParameters {
        static let taskName = "math.add"
        typealias Output = Int
        var x: Int
        var y: Int
    }

    struct Wait: TaskParameters {
        static let taskName = "wait"
        typealias Output = String
    }

    private let broker = MemoryBroker()
    private let results = MemoryResultBackend()
    private var client: CeleryClient { CeleryClient(broker: broker, results: results) }

    private func worker(
        concurrency: Int = 2,
        adjust: (inout WorkerConfiguration) -> Void = { _ in }
    ) -> Worker {
        var configuration = WorkerConfiguration(nodeName: "w@test", pool: .async(concurrency))
        adjust(&configuration)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return Worker(broker: broker, results: results, configuration: configuration, logger: logger)
    }

    /// Runs the worker while `body` runs, then stops it warm and waits for it.
    private func running(_ worker: Worker, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                try await body()
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    @Test func `a typed call gives its typed result`() async throws {
        var worker = worker()
        worker.register(Add.self) { parameters, _ in parameters.x + parameters.y }
        try await running(worker) {
            let sum = try await client.send(Add(x: 2, y: 3)).value(timeout: .seconds(30))
            #expect(sum == 5)
        }
    }

    @Test func `positional arguments are bound as in Python`() async throws {
        var worker = worker()
        worker.register(Add.self) { parameters, _ in parameters.x - parameters.y }
        try await running(worker) {
            let result = try await client.send("math.add", args: [9], kwargs: ["y": 4])
            #expect(try await result.value(timeout: .seconds(30)) == 5)
        }
    }

    @Test func `a missing argument fails the task with a TypeError`() async throws {
        var worker = worker()
        worker.register(Add.self) { parameters, _ in parameters.x }
        try await running(worker) {
            let result = try await client.send("math.add", args: [9])
            let error = await #expect(throws: PythonException.self) { try await result.value(timeout: .seconds(30)) }
            #expect(error?.type == "TypeError")
            #expect(error?.arguments == ["add() missing 1 required positional argument: 'y'"])
        }
    }

    @Test func `an unknown task fails with NotRegistered`() async throws {
        try await running(worker()) {
            let result = try await client.send("no.such.task")
            let error = await #expect(throws: PythonException.self) { try await result.value(timeout: .seconds(30)) }
            #expect(error?.type == "NotRegistered")
        }
    }

    @Test func `progress is seen in order before the result`() async throws {
        var worker = worker()
        worker.register(Wait.self) { _, context in
            for step in 1...3 { await context.progress(current: step, total: 3, message: "步骤") }
            return "done"
        }
        try await running(worker) {
            let id: TaskID = "progress-1"
            let seen = try await results.withUpdates(of: id) { updates in
                _ = try await client.send("wait", options: SendOptions(taskID: id))
                var seen: [JSONValue] = []
                for try await document in updates {
                    seen.append(document.state == .progress ? document.result["current"] ?? .null : document.result)
                }
                return seen
            }
            #expect(seen == [1, 2, 3, "done"])
        }
    }

    @Test func `a retried task runs again and ends`() async throws {
        var worker = worker()
        worker.register(Add.self) { parameters, context in
            let cause = PythonException.valueError("no")
            guard context.request.retries == 2 else { throw Retry(after: .zero, cause: cause) }
            return parameters.x
        }
        try await running(worker) {
            let result = try await client.send(Add(x: 7, y: 0))
            #expect(try await result.value(timeout: .seconds(30)) == 7)
        }
    }

    @Test func `errors that are worth it are retried without the task's doing, others are not`() async throws {
        struct Flaky: Error {}
        let runs = Atomic(0)
        var worker = worker()
        let policy = RetryPolicy(for: Flaky.self, maxRetries: 2, countdown: .zero)
        worker.register(Add.self, options: TaskOptions(autoRetry: policy)) { parameters, _ in
            runs.add(1, ordering: .relaxed)
            guard parameters.x > 0 else { throw Flaky() }
            throw PythonException.valueError("not worth it")
        }
        try await running(worker) {
            let flaky = try await client.send(Add(x: 0, y: 0))
            let error = await #expect(throws: PythonException.self) { try await flaky.value(timeout: .seconds(30)) }
            #expect(error?.type == "Flaky")
            #expect(runs.load(ordering: .relaxed) == 3)
            let other = try await client.send(Add(x: 1, y: 0))
            let second = await #expect(throws: PythonException.self) { try await other.value(timeout: .seconds(30)) }
            #expect(second?.type == "ValueError")
            #expect(runs.load(ordering: .relaxed) == 4)
        }
    }

    @Test func `a task that asks for no retry is not retried, whatever the policy`() async throws {
        let runs = Atomic(0)
        var worker = worker()
        worker.register(Add.self, options: TaskOptions(autoRetry: RetryPolicy(countdown: .zero))) { _, _ in
            runs.add(1, ordering: .relaxed)
            throw Reject("no")
        }
        try await running(worker) {
            let result = try await client.send(Add(x: 0, y: 0))
            let error = await #expect(throws: PythonException.self) { try await result.value(timeout: .seconds(30)) }
            #expect(error?.type == "Reject")
        }
        #expect(runs.load(ordering: .relaxed) == 1)
    }

    @Test func `a soft limit is an error that can be worth a retry`() async throws {
        let runs = Atomic(0)
        var worker = worker()
        let policy = RetryPolicy(maxRetries: 1, countdown: .zero) {
            ($0 as? PythonException)?.type == "SoftTimeLimitExceeded"
        }
        let options = TaskOptions(autoRetry: policy, softTimeLimit: .milliseconds(20))
        worker.register(Wait.self, options: options) { _, _ in
            runs.add(1, ordering: .relaxed)
            await waitUntilCancelled()
            throw CancellationError()
        }
        try await running(worker) {
            let result = try await client.send("wait")
            let error = await #expect(throws: PythonException.self) { try await result.value(timeout: .seconds(30)) }
            #expect(error?.type == "SoftTimeLimitExceeded")
        }
        #expect(runs.load(ordering: .relaxed) == 2)
    }

    @Test func `an expired task is revoked and not run`() async throws {
        let runs = Atomic(0)
        var worker = worker()
        worker.register(Add.self) { _, _ in runs.add(1, ordering: .relaxed).newValue }
        let expired = SendOptions(expires: Date(timeIntervalSinceNow: -1))
        let result = try await client.send(Add(x: 1, y: 1), options: expired)
        try await running(worker) {
            let error = await #expect(throws: PythonException.self) { try await result.value(timeout: .seconds(30)) }
            #expect(error?.type == "TaskRevokedError")
            let state = try await result.state
            #expect(state == .revoked)
        }
        #expect(runs.load(ordering: .relaxed) == 0)
    }

    @Test func `what waits for its rate holds up neither others nor the pool, and goes back at a stop`() async throws {
        var worker = worker(concurrency: 1) { $0.prefetchMultiplier = 1 }
        worker.register(Wait.self, options: TaskOptions(rateLimit: RateLimit(1, per: .seconds(3600)))) { _, _ in "one" }
        worker.register(Add.self) { parameters, _ in parameters.x + parameters.y }
        let limited = try await (0..<5).asyncMap { _ in try await client.send("wait") }
        try await running(worker) {
            // One slot, and nothing fetched ahead: the last message could not be seen if the others took room.
            let sum = try await client.send(Add(x: 2, y: 3)).value(timeout: .seconds(30))
            #expect(sum == 5)
        }
        var ended = 0
        for result in limited where try await result.state == .success { ended += 1 }
        #expect(ended == 1)
        #expect(broker.count(in: "celery") == 4)
    }

    @Test func `a soft limit cancels the task and is named`() async throws {
        var worker = worker()
        worker.register(Wait.self, options: TaskOptions(softTimeLimit: .milliseconds(20))) { _, _ in
            await waitUntilCancelled()
            throw CancellationError()
        }
        try await running(worker) {
            let result = try await client.send("wait")
            let error = await #expect(throws: PythonException.self) { try await result.value(timeout: .seconds(30)) }
            #expect(error?.type == "SoftTimeLimitExceeded")
        }
    }

    @Test func `a warm stop lets the running task end and hands the waiting one back`() async throws {
        let (started, startedSignal) = AsyncStream.makeStream(of: Void.self)
        let (go, goSignal) = AsyncStream.makeStream(of: Void.self)
        var worker = worker(concurrency: 1)
        worker.register(Wait.self) { _, _ in
            startedSignal.yield()
            for await _ in go { break }
            return "ended"
        }
        let first = try await client.send("wait")
        let second = try await client.send("wait")
        let runnable = worker
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await runnable.run() }
                for await _ in started { break }
                trigger.triggerGracefulShutdown()
                goSignal.yield()
                try await group.waitForAll()
            }
        }
        #expect(try await first.value(timeout: .seconds(30)) == "ended")
        let state = try await second.state
        #expect(state == .pending)
        #expect(broker.count(in: "celery") == 1)
    }

    @Test func `a cold stop hands the running task back`() async throws {
        let (started, startedSignal) = AsyncStream.makeStream(of: Void.self)
        var worker = worker(concurrency: 1)
        worker.register(Wait.self) { _, _ in
            startedSignal.yield()
            await waitUntilCancelled()
            throw CancellationError()
        }
        let result = try await client.send("wait")
        let runnable = worker
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runnable.run() }
            for await _ in started { break }
            group.cancelAll()
            try await group.waitForAll()
        }
        let state = try await result.state
        #expect(state == .pending)
        #expect(broker.count(in: "celery") == 1)
    }

    @Test func `an unreadable message is set aside with its reason`() async throws {
        broker.state.withLock { $0.queues["celery", default: [:]][0, default: []].append(Array("not json".utf8)) }
        var worker = worker()
        worker.register(Add.self) { parameters, _ in parameters.x }
        try await running(worker) {
            // Messages are taken in order, so when this one is done the other has been dealt with or is under way.
            _ = try await client.send(Add(x: 1, y: 1)).value(timeout: .seconds(30))
        }
        #expect(broker.deadLetters.count == 1)
        #expect(broker.count(in: "celery") == 0)
    }
}

extension Sequence {
    /// The results of an asynchronous function for each element, one after another.
    fileprivate func asyncMap<R>(_ transform: (Element) async throws -> R) async rethrows -> [R] {
        var results: [R] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
