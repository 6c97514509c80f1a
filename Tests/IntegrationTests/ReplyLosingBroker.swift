import Celery
import CeleryRedis
import Logging
import Synchronization

/// A broker whose answers to what tasks send get lost, each the first time: what was asked has been done all the same.
final class ReplyLosingBroker: SimpleBroker {
    private let broker: RedisBroker
    private let answered = Mutex<Set<String>>([])

    init(broker: RedisBroker) {
        self.broker = broker
    }

    func perform(_ effects: [Effect], storingIn results: any ResultBackend) async throws {
        try await broker.perform(effects, storingIn: results)
        for case .once(let step) in effects where answered.withLock({ $0.insert(step).inserted }) {
            throw CeleryError(.unavailable, "the answer got lost")
        }
    }

    func declare(_ queues: [Queue]) async throws { try await broker.declare(queues) }
    func delete(_ queues: [Queue]) async throws { try await broker.delete(queues) }
    func purge(_ queues: [QueueName]) async throws -> Int { try await broker.purge(queues) }
    func publish(_ messages: [OutgoingMessage]) async throws { try await broker.publish(messages) }

    func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer {
        broker.makeConsumer(configuration, logger: logger)
    }
}
