import Celery
import Logging

/// A broker and result backend that cannot be reached.
struct Absent: SimpleBroker, SimpleResultBackend {
    private let error = CeleryError(.unavailable, "connection refused by redis.internal:6379")

    func declare(_ queues: [Queue]) async throws { throw error }

    func delete(_ queues: [Queue]) async throws { throw error }

    func purge(_ queues: [QueueName]) async throws -> Int { throw error }

    func publish(_ messages: [OutgoingMessage]) async throws { throw error }

    func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer {
        MemoryBroker().makeConsumer(configuration, logger: logger)
    }

    func store(_ document: ResultDocument) async throws { throw error }

    func document(for id: TaskID) async throws -> ResultDocument? { throw error }

    func withUpdates<R: Sendable>(
        of id: TaskID,
        _ body: @Sendable (AsyncThrowingStream<ResultDocument, any Error>) async throws -> R
    ) async throws -> R { throw error }

    func forget(_ id: TaskID) async throws { throw error }
}

/// A broker and result backend that answers when its gate opens, and never if nobody opens it.
struct Gated: SimpleBroker, SimpleResultBackend {
    let gate = Gate()

    func declare(_ queues: [Queue]) async throws { try await gate.pass() }

    func delete(_ queues: [Queue]) async throws { try await gate.pass() }

    func purge(_ queues: [QueueName]) async throws -> Int {
        try await gate.pass()
        return 0
    }

    func publish(_ messages: [OutgoingMessage]) async throws { try await gate.pass() }

    func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer {
        MemoryBroker().makeConsumer(configuration, logger: logger)
    }

    func store(_ document: ResultDocument) async throws { try await gate.pass() }

    func document(for id: TaskID) async throws -> ResultDocument? {
        try await gate.pass()
        return nil
    }

    func withUpdates<R: Sendable>(
        of id: TaskID,
        _ body: @Sendable (AsyncThrowingStream<ResultDocument, any Error>) async throws -> R
    ) async throws -> R {
        try await gate.pass()
        throw CancellationError()
    }

    func forget(_ id: TaskID) async throws { try await gate.pass() }
}

/// A result backend that holds something that is no result.
struct Garbled: SimpleResultBackend {
    func store(_ document: ResultDocument) async throws {}

    func document(for id: TaskID) async throws -> ResultDocument? {
        throw CeleryError(.codingFailed, "the stored text is not a result: secret")
    }

    func withUpdates<R: Sendable>(
        of id: TaskID,
        _ body: @Sendable (AsyncThrowingStream<ResultDocument, any Error>) async throws -> R
    ) async throws -> R { throw CeleryError(.codingFailed, "the stored text is not a result: secret") }

    func forget(_ id: TaskID) async throws {}
}

/// Lets nobody pass before it is opened, and tells when somebody waits; for one visitor.
final class Gate: Sendable {
    private let opened = AsyncStream<Void>.makeStream()
    private let reached = AsyncStream<Void>.makeStream()

    /// Waits for the gate to open; cancellation ends the wait.
    func pass() async throws {
        reached.continuation.finish()
        for await _ in opened.stream {}
        try Task.checkCancellation()
    }

    func open() { opened.continuation.finish() }

    /// Waits until somebody stands at the gate.
    func waitForArrival() async {
        for await _ in reached.stream {}
    }
}
