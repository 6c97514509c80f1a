import Foundation
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import Celery

/// A worker whose tasks are acknowledged before they run, and a broker whose answers get lost.
@Suite(.timeLimit(.minutes(1))) struct EarlyAcknowledgementTests {
    struct Count: TaskParameters {
        static let taskName = "count"
        typealias Output = Int
    }

    private let memory = MemoryBroker()
    private let results = MemoryResultBackend()
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private var client: CeleryClient { CeleryClient(broker: memory, results: results) }

    private func worker(_ broker: any Broker) -> Worker {
        var configuration = WorkerConfiguration(nodeName: "w@test", pool: .async(1))
        configuration.acknowledgement = .early
        configuration.trackStarted = true
        return Worker(broker: broker, results: results, configuration: configuration, logger: logger)
    }

    /// A broker that does something else when it is first asked to acknowledge, and then says that it was not reached.
    private func losing(
        firstTime: @escaping @Sendable (any Consumer, [Delivery]) async throws -> Bool
    ) -> ChangedBroker {
        let isFirst = Atomic(true)
        return ChangedBroker(
            base: memory,
            acknowledge: { consumer, deliveries in
                let isFirst = isFirst.exchange(false, ordering: .relaxed)
                guard isFirst else { return try await consumer.acknowledge(deliveries) }
                _ = try await firstTime(consumer, deliveries)
                throw CeleryError(.unavailable, "the answer got lost")
            }
        )
    }

    @Test func `a task runs, once, when the answer to its acknowledgement got lost`() async throws {
        let runs = Atomic(0)
        var worker = worker(losing { try await $0.acknowledge($1) })
        worker.register(Count.self) { _, _ in runs.add(1, ordering: .relaxed).newValue }
        let runnable = worker
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await runnable.run() }
                let result = try await client.send("count")
                #expect(try await result.value(timeout: .seconds(30)) == 1)
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        #expect(runs.load(ordering: .relaxed) == 1)
        #expect(memory.count(in: "celery") == 0)
    }

    @Test func `a task does not run when somebody else took its message while the answer was lost`() async throws {
        let runs = Atomic(0)
        let (taken, signal) = AsyncStream.makeStream(of: Void.self)
        var worker = worker(
            losing { consumer, deliveries in
                _ = try await consumer.complete(Completion(deliveries: deliveries), storingIn: MemoryResultBackend())
                signal.yield()
                return true
            }
        )
        worker.register(Count.self) { _, _ in runs.add(1, ordering: .relaxed).newValue }
        let runnable = worker
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await runnable.run() }
                _ = try await client.send("count")
                for await _ in taken { break }
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        #expect(runs.load(ordering: .relaxed) == 0)
    }

    @Test func `a cold stop ends what it interrupts as lost`() async throws {
        let (started, startedSignal) = AsyncStream.makeStream(of: Void.self)
        var worker = worker(memory)
        worker.register(Count.self) { _, _ in
            startedSignal.yield()
            await waitUntilCancelled()
            throw CancellationError()
        }
        let result = try await client.send("count")
        let runnable = worker
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runnable.run() }
            for await _ in started { break }
            let state = try await result.state
            #expect(state == .started)
            group.cancelAll()
            try await group.waitForAll()
        }
        let error = await #expect(throws: PythonException.self) { try await result.value(timeout: .seconds(30)) }
        #expect(error?.type == "WorkerLostError")
        #expect(memory.count(in: "celery") == 0)
    }

    @Test func `a task of a worker that died is ended and not run`() async throws {
        let runs = Atomic(0)
        var worker = worker(ChangedBroker(base: memory) { $0.lost })
        worker.register(Count.self) { _, _ in runs.add(1, ordering: .relaxed).newValue }
        let runnable = worker
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await runnable.run() }
                let result = try await client.send("count")
                let error = await #expect(throws: PythonException.self) {
                    try await result.value(timeout: .seconds(30))
                }
                #expect(error?.type == "WorkerLostError")
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
        #expect(runs.load(ordering: .relaxed) == 0)
    }
}

extension Delivery {
    /// The same as one of the remains of a worker that died.
    fileprivate var lost: Delivery {
        var delivery = self
        delivery.isLost = true
        return delivery
    }
}
