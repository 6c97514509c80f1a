import DequeModule
import Foundation
public import Logging
import Synchronization

/// A broker in this process's memory, for tests and for programs that are their own workers.
public final class MemoryBroker: SimpleBroker {
    struct State {
        /// Waiting messages: by queue, then by priority step, the next to be read first.
        var queues: [QueueName: [Int: Deque<[UInt8]>]] = [:]
        var deadLetters: [(reason: String, delivery: Delivery)] = []
        /// What is bound to exchanges, and what kind they are.
        var bindings: [String: Set<BindingEntry>] = [:]
        var types: [String: ExchangeType] = [:]
        var clock = 0
        var waiters: [UUID: CheckedContinuation<Void, Never>] = [:]
    }

    let state = Mutex(State())
    let broadcasts = MemoryBroadcasts()

    /// Makes an empty broker.
    public init() {}

    /// Makes queues and their bindings known.
    public func declare(_ queues: [Queue]) async throws {
        state.withLock { $0.declare(queues) }
    }

    /// Forgets queues and what waits in them.
    public func delete(_ queues: [Queue]) async throws {
        state.withLock { state in
            for queue in queues {
                for binding in queue.allBindings {
                    state.bindings[binding.exchange.name]?.remove(BindingEntry(binding, of: queue.name))
                }
                state.queues[queue.name] = nil
            }
        }
    }

    /// Throws away the messages that wait in queues.
    public func purge(_ queues: [QueueName]) async throws -> Int {
        state.withLock { state in
            queues.reduce(0) { sum, queue in
                sum + (state.queues.removeValue(forKey: queue)?.values.reduce(0) { $0 + $1.count } ?? 0)
            }
        }
    }

    /// Puts messages into their queues; a broadcast into those of all its consumers.
    public func publish(_ messages: [OutgoingMessage]) async throws {
        let waiters = try state.withLock { state in
            state.declare(messages.compactMap(\.declaring))
            let routed = try messages.map { ($0, try state.queues(for: $0)) }
            for (outgoing, queues) in routed {
                let step = QueuePriority.step(for: outgoing.message.properties.priority)
                for queue in queues {
                    state.queues[queue, default: [:]][step, default: []].append(outgoing.message.envelope())
                }
            }
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Has consumers look for messages again.
    func wakeConsumers() {
        let waiters = state.withLock { $0.takeWaiters() }
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
    fileprivate mutating func declare(_ queues: [Queue]) {
        for queue in queues {
            for binding in queue.allBindings {
                bindings[binding.exchange.name, default: []].insert(BindingEntry(binding, of: queue.name))
                types[binding.exchange.name] = binding.exchange.type
            }
        }
    }

    fileprivate func queues(for outgoing: OutgoingMessage) throws -> [QueueName] {
        guard case .exchange(let exchange, let type, let key) = outgoing.destination else {
            return [QueueName(outgoing.destination.routingKey)]
        }
        let kind = types[exchange] ?? type
        let entries = (bindings[exchange] ?? []).filter { $0.fits(key, type: kind) }
        // kombu/transport/virtual/exchange.py, lookup: a queue bound twice gets one copy.
        let queues = Set(entries.map(\.queue)).sorted { $0.rawValue < $1.rawValue }
        if !queues.isEmpty || kind == .fanout { return queues }
        if let fallback = outgoing.fallback { return [fallback] }
        throw CeleryError.unroutable(outgoing.destination)
    }

    mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
        defer { waiters = [:] }
        return Array(waiters.values)
    }
}
