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
        var queues: [Queue]
        var turn = 0
    }

    private let broker: MemoryBroker
    private let order: QueueOrder
    private let id = UUID().uuidString
    private let state: Mutex<State>

    init(broker: MemoryBroker, configuration: ConsumerConfiguration) {
        self.broker = broker
        order = configuration.queueOrder
        state = Mutex(State(queues: configuration.queues))
    }

    var queues: [Queue] { state.withLock { $0.queues } }

    func add(_ queue: Queue) {
        state.withLock { state in
            if !state.queues.contains(where: { $0.name == queue.name }) { state.queues.append(queue) }
        }
        broker.wakeConsumers()
    }

    func cancel(_ name: QueueName) {
        state.withLock { state in state.queues.removeAll { $0.name == name } }
    }

    func run() async {
        await waitUntilCancelled()
    }

    func reserve(upTo limit: @escaping @Sendable () -> Int) async throws -> [Delivery] {
        while true {
            let deliveries = take(limit())
            // What waits would end each further wait at once.
            if !deliveries.isEmpty || limit() <= 0 { return deliveries }
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

    func release(_ deliveries: [Delivery], countingLoss isLoss: Bool) async throws {
        try putBack(remove(deliveries), losses: isLoss ? 1 : 0)
    }

    func noteRun(of deliveries: [Delivery]) async throws {
        // This consumer is not lost without its broker.
    }

    func close() async throws -> Int {
        let all = state.withLock { state in state.held.values.filter { !state.acknowledged.contains($0.tag) } }
        try putBack(remove(all), losses: 0)
        return all.count
    }

    private func take(_ limit: Int) -> [Delivery] {
        let queues = state.withLock { state in
            state.turn += 1
            return order.arrange(state.queues, turn: state.turn)
        }
        let taken = broker.state.withLock { state in
            var taken: [(queue: Queue, envelope: [UInt8])] = []
            for step in QueuePriority.steps {
                for queue in queues {
                    while taken.count < limit, let envelope = state.queues[queue.name]?[step]?.popFirst() {
                        taken.append((queue, envelope))
                    }
                }
            }
            return taken
        }
        return state.withLock { state in
            taken.map { queue, envelope in
                state.nextTag += 1
                var delivery = Delivery(tag: "\(id).\(state.nextTag)", queue: queue.name, envelope: envelope)
                delivery.isBroadcast = queue.isFanout
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

    private func putBack(_ deliveries: [Delivery], losses: Int) throws {
        let messages = try deliveries.map { delivery in
            let message = try Message(envelope: delivery.envelope)
            return (delivery.queue, message.markedRedelivered(deliveryCount: message.deliveryCount + losses))
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
                        state.queues[queue.name]?.values.contains { !$0.isEmpty } ?? false
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
