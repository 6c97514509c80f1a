import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import Celery

/// Messages that go back to their queue and come again.
@Suite(.timeLimit(.minutes(1))) struct RedeliveryTests {
    struct Count: TaskParameters {
        static let taskName = "count"
        typealias Output = Int
    }

    @Test(arguments: [0, 1, 4])
    func `a message that was lost before is noted before it runs`(losses: Int) async throws {
        let memory = MemoryBroker()
        let results = MemoryResultBackend()
        let steps = Mutex<[String]>([])
        let broker = ChangedBroker(
            base: memory,
            noteRun: { consumer, deliveries in
                steps.withLock { $0.append("noted") }
                try await consumer.noteRun(of: deliveries)
            }
        )
        var worker = Worker(
            broker: broker,
            results: results,
            configuration: WorkerConfiguration(nodeName: "w@test", pool: .async(1)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        worker.register(Count.self) { _, _ in
            steps.withLock { $0.append("ran") }
            return 1
        }
        let call = TaskCall(task: "count")
        let message = call.message().markedRedelivered(deliveryCount: losses)
        try await memory.publish([OutgoingMessage(queue: "celery", message: message)])
        let runnable = worker
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await runnable.run() }
                let result = CeleryClient(broker: memory, results: results).result(call.id)
                #expect(try await result.value(timeout: .seconds(30)) == 1)
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        #expect(steps.withLock { $0 } == (losses > 0 ? ["noted", "ran"] : ["ran"]))
    }

    @Test func `a message that is delivered again before the worker hears that it went back runs again`() async throws {
        let memory = MemoryBroker()
        let results = MemoryResultBackend()
        let runs = Atomic(0)
        let (again, signal) = AsyncStream.makeStream(of: Void.self)
        let broker = ChangedBroker(
            base: memory,
            release: { consumer, deliveries, isLoss in
                try await consumer.release(deliveries, countingLoss: isLoss)
                for await _ in again { break }
            }
        )
        var worker = Worker(
            broker: broker,
            results: results,
            configuration: WorkerConfiguration(nodeName: "w@test", pool: .async(2)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        worker.register(Count.self) { _, _ in
            let run = runs.add(1, ordering: .relaxed).newValue
            guard run > 1 else { throw Reject("not yet", requeue: true) }
            signal.yield()
            return run
        }
        let runnable = worker
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await runnable.run() }
                let result = try await CeleryClient(broker: memory, results: results).send("count")
                #expect(try await result.value(timeout: .seconds(30)) == 2)
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        #expect(memory.count(in: "celery") == 0)
    }

    @Test(arguments: [true, false])
    func `a message that comes back here while its end is tried ends with what its run came to`(
        fails: Bool
    ) async throws {
        let memory = MemoryBroker()
        let results = MemoryResultBackend()
        let runs = Atomic(0)
        let tries = Atomic(0)
        let log = LogLines()
        let broker = ChangedBroker(
            base: memory,
            complete: { consumer, completion, results in
                if tries.add(1, ordering: .relaxed).newValue == 1 {
                    // Somebody restores it, for this worker was silent, and this worker is the next to take it.
                    try await consumer.release(completion.deliveries, countingLoss: false)
                    await log.line("Task count[again] was delivered again while it runs here")
                    if fails { throw CeleryError(.unavailable, "the connection is lost") }
                }
                return try await consumer.complete(completion, storingIn: results)
            }
        )
        var worker = Worker(
            broker: broker,
            results: results,
            configuration: WorkerConfiguration(nodeName: "w@test", pool: .async(2)),
            logger: log.logger
        )
        worker.register(Count.self) { _, _ in runs.add(1, ordering: .relaxed).newValue }
        let runnable = worker
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await runnable.run() }
                var call = TaskCall(task: "count")
                call.id = "again"
                try await memory.publish([OutgoingMessage(queue: "celery", message: call.message())])
                let result = CeleryClient(broker: memory, results: results).result(call.id)
                #expect(try await result.value(timeout: .seconds(30)) == 1)
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        #expect(memory.count(in: "celery") == 0)
        #expect(runs.load(ordering: .relaxed) == 1)
    }
}
