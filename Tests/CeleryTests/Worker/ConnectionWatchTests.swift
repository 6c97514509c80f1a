import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import Celery

/// A worker whose broker says what becomes of its connection.
@Suite(.timeLimit(.minutes(1))) struct ConnectionWatchTests {
    struct Wait: TaskParameters {
        static let taskName = "wait"
        typealias Output = String
    }

    private let memory = MemoryBroker()
    private let results = MemoryResultBackend()
    private let updates = AsyncStream.makeStream(of: BrokerConnectionUpdate.self)
    private let log = LogLines()

    private func worker(
        _ acknowledgement: TaskOptions.Acknowledgement = .late,
        _ adjust: (inout ConnectionRules) -> Void = { _ in }
    ) -> Worker {
        var configuration = WorkerConfiguration(nodeName: "w@test", pool: .async(1))
        configuration.acknowledgement = acknowledgement
        configuration.trackStarted = true
        adjust(&configuration.connection)
        let logger = log.logger
        let broker = TellingBroker(base: memory, updates: updates.stream)
        return Worker(broker: broker, results: results, configuration: configuration, logger: logger)
    }

    @Test func `a worker that is not to try again stops with an error`() async {
        updates.continuation.yield(.failed(reason: "refused", pause: .seconds(1)))
        let worker = worker { $0.retriesOnStartup = false }
        let error = await #expect(throws: CeleryError.self) { try await worker.run() }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("broker_connection_retry_on_startup") == true)
    }

    @Test func `it lets running tasks end first`() async throws {
        let client = CeleryClient(broker: memory, results: results)
        let result = try await client.send("wait")
        var worker = worker { $0.retries = false }
        let continuation = updates.continuation
        worker.register(Wait.self) { _, _ in
            continuation.yield(.connected)
            continuation.yield(.lost(reason: "closed"))
            await log.line("worker: Warm shutdown (MainProcess)")
            return "ended"
        }
        let runnable = worker
        await #expect(throws: CeleryError.self) { try await runnable.run() }
        #expect(try await result.value(timeout: .seconds(30)) == "ended")
    }

    @Test func `a task that is ended on a loss goes back and runs again`() async throws {
        let runs = Atomic(0)
        var worker = worker { $0.cancelsTasksOnLoss = true }
        let continuation = updates.continuation
        worker.register(Wait.self) { _, _ in
            guard runs.add(1, ordering: .relaxed).newValue == 1 else { return "second run" }
            continuation.yield(.lost(reason: "closed"))
            await waitUntilCancelled()
            throw CancellationError()
        }
        #expect(try await value(worker) == "second run")
        #expect(runs.load(ordering: .relaxed) == 2)
    }

    @Test func `a task that was acknowledged early is left alone`() async throws {
        var worker = worker(.early) { $0.cancelsTasksOnLoss = true }
        let continuation = updates.continuation
        worker.register(Wait.self) { _, _ in
            continuation.yield(.lost(reason: "closed"))
            continuation.yield(.connected)
            // When this is told, the loss has been dealt with.
            await log.line("Connected to memory:///")
            return Task.isCancelled ? "cancelled" : "left alone"
        }
        #expect(try await value(worker) == "left alone")
    }

    /// What a call gives in a worker.
    private func value(_ worker: Worker) async throws -> JSONValue {
        let client = CeleryClient(broker: memory, results: results)
        let result = try await client.send("wait")
        return try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                let value = try await result.value(timeout: .seconds(30))
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
                return value
            }
        }
    }
}

/// A broker in memory with a connection that somebody else tells of.
private struct TellingBroker: SimpleBroker {
    let base: MemoryBroker
    let updates: AsyncStream<BrokerConnectionUpdate>

    func connectionUpdates() -> AsyncStream<BrokerConnectionUpdate> { updates }
    func declare(_ queues: [Queue]) async throws { try await base.declare(queues) }
    func delete(_ queues: [Queue]) async throws { try await base.delete(queues) }
    func purge(_ queues: [QueueName]) async throws -> Int { try await base.purge(queues) }
    func publish(_ messages: [OutgoingMessage]) async throws { try await base.publish(messages) }

    func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer {
        base.makeConsumer(configuration, logger: logger)
    }
}
