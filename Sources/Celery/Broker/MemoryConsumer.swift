import DequeModule
import Foundation
import Synchronization

/// Reads a ``MemoryBroker``.
///
/// A process that dies takes its broker with it, so there is nothing to lease or to recover.
final class MemoryConsumer: Consumer {
    private struct State {
        var held: [String: Delivery] = [:]
        var acknowledged: Set<String> = []
        var nextTag = 0
    }

    private let broker: MemoryBroker
    private let queues: [QueueName]
    private let id = UUID().uuidString
    private let state = Mutex(State())

    init(broker: MemoryBroker, configuration: ConsumerConfiguration) {
        self.broker = broker
        self.queues = configuration.queues.map(\.name)
    }

    func run() async {
        await waitUntilCancelled()
    }

    func reserve(upTo limit: @escaping @Sendable () -> Int) async throws -> [Delivery] {
        while true {
            let deliveries = take(limit())
            if !deliveries.isEmpty { return deliveries }
            try Task.checkCancellation()
            await waitForMessages()
        }
    }

    func acknowledge(_ deliveries: [Delivery]) async throws -> Bool {
        state.withLock { state in
            let held = deliveries.map(\.tag).filter { state.held[$0] != nil }
            state.acknowledged.formUnion(held)
            return !held.isEmpty || deliveries.isEmpty
        }
    }

    func complete(
        _ completion: Completion,
        storingIn results: any ResultBackend
    ) async throws -> Completion.Outcome {
        guard completion.deliveries.isEmpty || isHeld(completion.deliveries) else { return .notHeld }
        return try await completion.applyInSteps(to: results) { messages in
            let removed = remove(completion.deliveries)
            guard !removed.isEmpty || completion.deliveries.isEmpty else { return false }
            try await broker.publish(messages)
            switch completion.disposition {
            case .acknowledge:
                break
            case .requeue:
                try putBack(removed)
            case .deadLetter(let reason):
                broker.state.withLock { state in
                    state.deadLetters += removed.map { (reason, $0) }
                }
            }
            return true
        }
    }

    private func isHeld(_ deliveries: [Delivery]) -> Bool {
        state.withLock { state in deliveries.contains { state.held[$0.tag] != nil } }
    }

    func release(_ deliveries: [Delivery]) async throws {
        try putBack(remove(deliveries))
    }

    func close() async throws -> Int {
        let all = state.withLock { state in state.held.values.filter { !state.acknowledged.contains($0.tag) } }
        try putBack(remove(all))
        return all.count
    }

    private func take(_ limit: Int) -> [Delivery] {
        let taken = broker.state.withLock { state in
            var taken: [(QueueName, [UInt8])] = []
            for step in QueuePriority.steps {
                for queue in queues {
                    while taken.count < limit, let envelope = state.queues[queue]?[step]?.popFirst() {
                        taken.append((queue, envelope))
                    }
                }
            }
            return taken
        }
        return state.withLock { state in
            taken.map { queue, envelope in
                state.nextTag += 1
                let delivery = Delivery(tag: "\(id).\(state.nextTag)", queue: queue, envelope: envelope)
                state.held[delivery.tag] = delivery
                return delivery
            }
        }
    }

    private func remove(_ deliveries: [Delivery]) -> [Delivery] {
        state.withLock { state in
            state.acknowledged.subtract(deliveries.map(\.tag))
            return deliveries.compactMap { state.held.removeValue(forKey: $0.tag) }
        }
    }

    private func putBack(_ deliveries: [Delivery]) throws {
        let messages = try deliveries.map { delivery in
            let message = try Message(envelope: delivery.envelope)
            return (delivery.queue, message.markedRedelivered(deliveryCount: message.deliveryCount + 1))
        }
        let waiters = broker.state.withLock { state in
            for (queue, message) in messages {
                let step = QueuePriority.step(for: message.properties.priority)
                state.queues[queue, default: [:]][step, default: []].prepend(message.envelope())
            }
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    private func waitForMessages() async {
        let waiter = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = broker.state.withLock { state in
                    let hasMessages = queues.contains { queue in
                        state.queues[queue]?.values.contains { !$0.isEmpty } ?? false
                    }
                    if hasMessages || Task.isCancelled { return true }
                    state.waiters[waiter] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            broker.state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
        }
    }
}
