import DequeModule
import Foundation
public import Logging
import Synchronization

/// A broker in this process's memory, for tests and for programs that are their own workers.
public final class MemoryBroker: Broker {
    struct State {
        /// Waiting messages: by queue, then by priority step, the next to be read first.
        var queues: [QueueName: [Int: Deque<[UInt8]>]] = [:]
        var deadLetters: [(reason: String, delivery: Delivery)] = []
        var waiters: [UUID: CheckedContinuation<Void, Never>] = [:]
    }

    let state = Mutex(State())

    /// Makes an empty broker.
    public init() {}

    /// Does nothing: a queue is there as soon as it is used.
    public func declare(_ queues: [QueueName]) async throws {}

    /// Puts messages into their queues.
    public func publish(_ messages: [OutgoingMessage]) async throws {
        let waiters = state.withLock { state in
            for outgoing in messages {
                let step = QueuePriority.step(for: outgoing.message.properties.priority)
                state.queues[outgoing.queue, default: [:]][step, default: []].append(outgoing.message.envelope())
            }
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Makes a consumer.
    public func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer {
        MemoryConsumer(broker: self, configuration: configuration)
    }

    /// How many messages wait in a queue, all priorities together.
    ///
    /// - Parameter queue: The queue.
    /// - Returns: The number.
    public func count(in queue: QueueName) -> Int {
        state.withLock { $0.queues[queue]?.values.reduce(0) { $0 + $1.count } ?? 0 }
    }

    /// The messages that were set aside, with their reasons.
    public var deadLetters: [(reason: String, delivery: Delivery)] {
        state.withLock { $0.deadLetters }
    }
}

extension MemoryBroker.State {
    mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
        defer { waiters = [:] }
        return Array(waiters.values)
    }
}
