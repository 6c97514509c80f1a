import Celery
import Redis

/// Turns destinations into queues and channels.
struct MessageRouting: Sendable {
    let tables: BindingTables
    let declared: DeclaredQueues

    var keys: KeyNames { tables.keys }

    /// What one message asks of Redis.
    enum Step: Sendable {
        /// To be put into a list.
        case push(list: String)
        /// To be published on a channel.
        case publish(channel: String)
        /// A list's time starts anew, in milliseconds, as something came into its queue.
        case expire(list: String, Int)
    }

    /// Looks up which queues messages go to, and declares the queues that ask for it.
    ///
    /// - Parameters:
    ///   - messages: The messages.
    ///   - unroutable: Called for a message that leads nowhere; what it throws ends it all.
    /// - Returns: The messages in their order, one for each queue; none goes to an exchange any more, unless that is
    ///   fanout.
    /// - Throws: What `unroutable` throws, and ``RedisError``.
    func resolve(
        _ messages: [OutgoingMessage],
        unroutable: (OutgoingMessage) throws -> Void
    ) async throws -> [OutgoingMessage] {
        let new = messages.compactMap(\.declaring).filter { !declared.contains($0) }
        if !new.isEmpty {
            try await tables.declare(new)
            declared.note(new)
        }
        var resolved: [OutgoingMessage] = []
        for outgoing in messages {
            if outgoing.isToQueue || isFanout(outgoing.destination) {
                resolved.append(outgoing)
                continue
            }
            let queues = try await queues(for: outgoing.destination, fallback: outgoing.fallback)
            if queues.isEmpty { try unroutable(outgoing) }
            resolved += queues.map { OutgoingMessage(queue: $0, message: outgoing.message) }
        }
        return resolved
    }

    /// Looks up which queues the messages among effects go to.
    ///
    /// - Parameters:
    ///   - effects: The effects.
    ///   - unroutable: Called for a message that leads nowhere; what it throws ends it all.
    /// - Returns: The effects in their order, with one publication for each queue.
    /// - Throws: What `unroutable` throws, and ``RedisError``.
    func resolve(_ effects: [Effect], unroutable: (OutgoingMessage) throws -> Void) async throws -> [Effect] {
        var resolved: [Effect] = []
        for effect in effects {
            switch effect {
            case .publish(let outgoing) where outgoing.isToQueue && outgoing.declaring == nil:
                resolved.append(effect)
            case .publish(let outgoing):
                resolved += try await resolve([outgoing], unroutable: unroutable).map { .publish($0) }
            case .settleChord(var settlement):
                settlement.effects = try await resolve(settlement.effects, unroutable: unroutable)
                resolved.append(.settleChord(settlement))
            case .store, .endChordPart, .startChord, .extendChord, .saveGroup, .once:
                resolved.append(effect)
            }
        }
        return resolved
    }

    /// What has to be done to send a message that ``resolve(_:unroutable:)-(OutgoingMessage)`` gave.
    func steps(for outgoing: OutgoingMessage) -> [Step] {
        let key = outgoing.destination.routingKey
        guard outgoing.isToQueue else {
            return [.publish(channel: keys.channel(outgoing.destination.exchange, routingKey: key))]
        }
        let push = Step.push(list: keys.list(QueueName(key), priority: outgoing.message.properties.priority))
        // kombu/transport/redis.py, _put: all lists of the queue live on.
        guard let milliseconds = declared.expires(QueueName(key)) else { return [push] }
        return [push] + keys.lists(QueueName(key)).map { .expire(list: $0, milliseconds) }
    }

    /// Declares queues again, starts the time of those that expire anew, and removes tables that nobody keeps.
    func keep(_ queues: [Queue]) async throws {
        try await tables.declare(queues)
        let lists = queues.flatMap { queue in
            queue.expiresInMilliseconds.map { time in keys.lists(queue.name).map { ($0, time) } } ?? []
        }
        if !lists.isEmpty { _ = try await tables.redis.transaction(lists.map { RawCommand("PEXPIRE", $0.0, $0.1) }) }
        try await tables.sweep()
    }

    /// The queues of a destination.
    ///
    /// - Parameters:
    ///   - destination: A queue, or an exchange that is not fanout.
    ///   - fallback: Where it goes when the exchange leads nowhere; `deadletter_queue` when nil.
    /// - Returns: The queues, each once; none when it leads nowhere.
    /// - Throws: ``RedisError``.
    func queues(for destination: Destination, fallback: QueueName?) async throws -> [QueueName] {
        guard case .exchange(let exchange, let type, let key) = destination else {
            return [QueueName(destination.routingKey)]
        }
        let known = declared.type(of: exchange) ?? type
        let queues = try await tables.queues(boundTo: exchange, type: known, routingKey: key)
        guard queues.isEmpty else { return queues }
        return (fallback ?? keys.transport.deadLetterQueue).map { [$0] } ?? []
    }

    private func isFanout(_ destination: Destination) -> Bool {
        guard case .exchange(let exchange, let type, _) = destination else { return false }
        return declared.type(of: exchange) ?? type == .fanout
    }
}

extension OutgoingMessage {
    fileprivate var isToQueue: Bool {
        if case .queue = destination { true } else { false }
    }
}
