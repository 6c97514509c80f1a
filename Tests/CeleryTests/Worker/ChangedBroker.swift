import Logging

@testable import Celery

/// A memory broker of which some calls do something else.
struct ChangedBroker: SimpleBroker {
    let base: MemoryBroker
    /// What comes of a delivery.
    var deliver: @Sendable (Delivery) -> Delivery = { $0 }
    /// Acknowledges early.
    var acknowledge: @Sendable (any Consumer, [Delivery]) async throws -> Bool = { try await $0.acknowledge($1) }
    /// Completes.
    var complete: @Sendable (any Consumer, Completion, any ResultBackend) async throws -> Completion.Outcome = {
        try await $0.complete($1, storingIn: $2)
    }
    /// Hands deliveries back.
    var release: @Sendable (any Consumer, [Delivery], _ isLoss: Bool) async throws -> Void = {
        try await $0.release($1, countingLoss: $2)
    }
    /// Notes that what was lost before runs.
    var noteRun: @Sendable (any Consumer, [Delivery]) async throws -> Void = { try await $0.noteRun(of: $1) }

    func declare(_ queues: [Queue]) async throws { try await base.declare(queues) }
    func delete(_ queues: [Queue]) async throws { try await base.delete(queues) }
    func purge(_ queues: [QueueName]) async throws -> Int { try await base.purge(queues) }
    func publish(_ messages: [OutgoingMessage]) async throws { try await base.publish(messages) }

    func perform(_ effects: [Effect], storingIn results: any ResultBackend) async throws {
        try await base.perform(effects, storingIn: results)
    }

    func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer {
        ChangedConsumer(broker: self, base: base.makeConsumer(configuration, logger: logger))
    }
}

private struct ChangedConsumer: Consumer {
    let broker: ChangedBroker
    let base: any Consumer

    func run() async { await base.run() }
    var queues: [Queue] { base.queues }
    func add(_ queue: Queue) { base.add(queue) }
    func cancel(_ name: QueueName) { base.cancel(name) }

    func reserve(upTo limit: @escaping @Sendable () -> Int) async throws -> [Delivery] {
        try await base.reserve(upTo: limit).map(broker.deliver)
    }

    func acknowledge(_ deliveries: [Delivery]) async throws -> Bool {
        try await broker.acknowledge(base, deliveries)
    }

    func complete(_ completion: Completion, storingIn results: any ResultBackend) async throws -> Completion.Outcome {
        try await broker.complete(base, completion, results)
    }

    func release(_ deliveries: [Delivery], countingLoss isLoss: Bool) async throws {
        try await broker.release(base, deliveries, isLoss)
    }

    func noteRun(of deliveries: [Delivery]) async throws { try await broker.noteRun(base, deliveries) }
    func close() async throws -> Int { try await base.close() }
}
