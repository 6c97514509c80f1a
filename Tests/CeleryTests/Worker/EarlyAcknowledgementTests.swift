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

    @Test func `a task runs, once, when the answer to its acknowledgement got lost`() async throws {
        let runs = Atomic(0)
        var worker = worker(LosingBroker(base: memory) { try await $0.acknowledge($1) })
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
            LosingBroker(base: memory) { consumer, deliveries in
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
        var worker = worker(LostBroker(base: memory))
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

/// Delivers everything as the remains of a worker that died.
private struct LostBroker: Broker {
    let base: MemoryBroker

    func declare(_ queues: [Queue]) async throws {}
    func delete(_ queues: [Queue]) async throws {}
    func purge(_ queues: [QueueName]) async throws -> Int { 0 }
    func publish(_ messages: [OutgoingMessage]) async throws { try await base.publish(messages) }
    func perform(_ effects: [Effect], storingIn results: any ResultBackend) async throws {
        try await base.perform(effects, storingIn: results)
    }
    func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer {
        let change: @Sendable (Delivery) -> Delivery = { delivery in
            var delivery = delivery
            delivery.isLost = true
            return delivery
        }
        return ChangedConsumer(base: base.makeConsumer(configuration, logger: logger), change: change)
    }
}

/// Does something else when it is first asked to acknowledge, and then says that it could not be reached.
private struct LosingBroker: Broker {
    let base: MemoryBroker
    let firstTime: @Sendable (any Consumer, [Delivery]) async throws -> Bool

    func declare(_ queues: [Queue]) async throws {}
    func delete(_ queues: [Queue]) async throws {}
    func purge(_ queues: [QueueName]) async throws -> Int { 0 }
    func publish(_ messages: [OutgoingMessage]) async throws { try await base.publish(messages) }
    func perform(_ effects: [Effect], storingIn results: any ResultBackend) async throws {
        try await base.perform(effects, storingIn: results)
    }
    func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer {
        ChangedConsumer(base: base.makeConsumer(configuration, logger: logger), firstTime: firstTime)
    }
}

private final class ChangedConsumer: Consumer {
    let base: any Consumer
    let change: @Sendable (Delivery) -> Delivery
    let firstTime: Mutex<(@Sendable (any Consumer, [Delivery]) async throws -> Bool)?>

    init(
        base: any Consumer,
        firstTime: (@Sendable (any Consumer, [Delivery]) async throws -> Bool)? = nil,
        change: @escaping @Sendable (Delivery) -> Delivery = { $0 }
    ) {
        self.base = base
        self.firstTime = Mutex(firstTime)
        self.change = change
    }

    func run() async { await base.run() }
    var queues: [Queue] { base.queues }
    func add(_ queue: Queue) { base.add(queue) }
    func cancel(_ name: QueueName) { base.cancel(name) }

    func reserve(upTo limit: @escaping @Sendable () -> Int) async throws -> [Delivery] {
        try await base.reserve(upTo: limit).map(change)
    }

    func acknowledge(_ deliveries: [Delivery]) async throws -> Bool {
        guard let firstTime = firstTime.withLock({ $0.take() }) else { return try await base.acknowledge(deliveries) }
        _ = try await firstTime(base, deliveries)
        throw CeleryError(.unavailable, "the answer got lost")
    }

    func complete(_ completion: Completion, storingIn results: any ResultBackend) async throws -> Completion.Outcome {
        try await base.complete(completion, storingIn: results)
    }

    func release(_ deliveries: [Delivery]) async throws { try await base.release(deliveries) }
    func close() async throws -> Int { try await base.close() }
}
