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

    @Test func `a message that is delivered again before the worker hears that it went back runs again`() async throws {
        let memory = MemoryBroker()
        let results = MemoryResultBackend()
        let runs = Atomic(0)
        let (again, signal) = AsyncStream.makeStream(of: Void.self)
        let broker = ChangedBroker(
            base: memory,
            release: { consumer, deliveries in
                try await consumer.release(deliveries)
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
}
