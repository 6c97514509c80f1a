import Celery
import Foundation
import Logging
import Redis

/// Brings deliveries back into their queues: our own at a stop, those of lost workers, and overdue ones of anybody.
struct Recovery: Sendable {
    let redis: RedisClient
    let keys: KeyNames
    let routing: MessageRouting
    /// The consumer that recovers.
    let consumer: String
    let logger: Logger

    /// A delivery with all the queues that it goes back to.
    struct Restored: Sendable {
        var tag: String
        var queues: [QueueName]
        var envelope: [UInt8]
        /// Why it can go back to none, and is for a person to look at.
        var fault: String?
    }

    /// How many deliveries are read at once: each may be as large as a message can be.
    private static let mostAtOnce = 100

    /// How often a message was lost when it goes back: what it says by now, or more.
    typealias LossCount = @Sendable (_ tag: String, _ losses: Int) -> Int

    /// The first loss counts whatever the message did; further ones are counted when it runs again (``NoteRunScript``).
    private static let lost: LossCount = { _, losses in max(losses, 1) }

    /// Puts held deliveries back into the queues that they came from.
    ///
    /// - Returns: How many still were there.
    func restore(_ deliveries: [Delivery], counting: LossCount) async throws -> Int {
        let restored = deliveries.map { Restored(tag: $0.tag, queues: [$0.queue], envelope: $0.envelope) }
        return try await restore(restored, counting: counting)
    }

    private func restore(_ deliveries: [Restored], counting: LossCount) async throws -> Int {
        var restored = 0
        for delivery in deliveries {
            if let fault = delivery.fault {
                try await setAside(delivery, because: fault)
                continue
            }
            let message = try? Message(envelope: delivery.envelope)
            // What was parked was not delivered for nothing, so that does not count.
            let isParked = delivery.tag.hasPrefix(KeyNames.parkedTag)
            let marked = message.map {
                isParked
                    ? $0.markedParked()
                    : $0.markedRedelivered(deliveryCount: counting(delivery.tag, $0.deliveryCount))
            }
            let script = RestoreScript(
                unacked: keys.unacked,
                unackedIndex: keys.unackedIndex,
                running: keys.running(consumer),
                lists: delivery.queues.map { keys.list($0, priority: message?.properties.priority ?? 0) },
                tag: delivery.tag,
                // What cannot be read goes back as it is; whoever takes it next sets it aside.
                envelope: marked?.envelope() ?? delivery.envelope
            )
            do throws(RedisError) {
                if try await redis.evaluate(script) { restored += 1 }
            } catch {
                // It would keep all that come after it from their queues.
                guard error.prefix == "WRONGTYPE" else { throw error }
                try await setAside(delivery, because: "the key of its queue is no list")
            }
        }
        return restored
    }

    /// Puts what cannot go back to any queue into the dead-letter list.
    private func setAside(_ delivery: Restored, because fault: String) async throws {
        logger.error("an entry of unacked goes to the dead letters: \(fault)", metadata: ["tag": "\(delivery.tag)"])
        let entry = Delivery(tag: delivery.tag, queue: "", envelope: delivery.envelope)
        var operations = EffectOperations([], broker: nil, backend: nil)
        operations.push(DeadLetter(delivery: entry, reason: fault, date: Date()).serialized(), to: keys.deadLetters)
        let script = CompleteScript(
            unacked: keys.unacked,
            unackedIndex: keys.unackedIndex,
            tags: [delivery.tag],
            operations: operations
        )
        _ = try await redis.complete(script, reading: nil)
        _ = try await redis.send(RawCommand("LTRIM", keys.deadLetters, 0, DeadLetter.mostKept - 1))
    }

    /// Reads deliveries of a consumer of ours by their tags; those that are not there are left out.
    func deliveries(tags: [String]) async throws -> [Delivery] {
        try await stored(tags: tags).compactMap { stored in
            guard stored.fault == nil, let queue = stored.queues.first else { return nil }
            return Delivery(tag: stored.tag, queue: queue, envelope: stored.envelope)
        }
    }

    /// Reads deliveries by their tags; those that are not there are left out.
    private func stored(tags: [String]) async throws -> [Restored] {
        guard !tags.isEmpty else { return [] }
        let reply = try await redis.send(RawCommand("HMGET", arguments: [keys.unacked] + tags))
        var deliveries: [Restored] = []
        for (tag, value) in zip(tags, try reply.decodeArray()) {
            if let bytes = value.bytes { deliveries.append(try await parse(bytes, tag: tag)) }
        }
        return deliveries
    }

    /// Restores all deliveries whose tags begin with a prefix.
    func restoreAll(tagPrefix: String, counting: LossCount) async throws -> Int {
        try await restore(tags: await tags(withPrefix: tagPrefix), counting: counting)
    }

    /// Restores deliveries, the last one first so that the first is read next.
    ///
    /// - Parameters:
    ///   - tags: Their tags; those that are not there are left out.
    ///   - counting: How often each was lost.
    /// - Returns: How many there were.
    /// - Throws: `RedisError`; trying again is safe.
    func restore(tags: [String], counting: LossCount) async throws -> Int {
        var restored = 0
        for end in stride(from: tags.count, to: 0, by: -Self.mostAtOnce) {
            let part = tags[max(0, end - Self.mostAtOnce)..<end]
            restored += try await restore(await stored(tags: part.reversed()), counting: counting)
        }
        return restored
    }

    /// Restores what a lost worker held, and forgets the worker.
    ///
    /// - Parameter lost: The lost worker's consumer.
    /// - Returns: How many messages it held; and those that it had acknowledged early, whose tasks have to be ended: they
    ///   now are this consumer's.
    /// - Throws: `RedisError`; trying again is safe.
    func takeOver(_ lost: String) async throws -> (restored: Int, unended: [Delivery]) {
        let restored = try await restoreAll(tagPrefix: lost + ".", counting: Self.lost)
        let script = AdoptScript(
            runningThere: keys.running(lost),
            runningHere: keys.running(consumer),
            consumers: keys.consumers,
            tagPrefix: consumer + ".",
            lost: lost
        )
        var unended: [Delivery] = []
        let found = try await redis.evaluate(script)
        for (tag, stored) in found.unended {
            let entry = try await parse(stored, tag: tag)
            // Where it came from does not matter any more, but a retry goes there.
            let queue = entry.queues.first ?? ""
            unended.append(Delivery(tag: tag, queue: queue, envelope: entry.envelope, isLost: true))
        }
        // One that lives again must stay known, or nobody would miss it when it dies.
        if found.isLost { _ = try await redis.send(RawCommand("ZREM", keys.consumers, lost)) }
        return (restored, unended)
    }

    /// Brings parked messages that are due back to their queues.
    func bringBack(_ tags: [String]) async throws {
        _ = try await restore(tags: tags, counting: { _, losses in losses })
    }

    /// The messages that were parked, those that are due next first.
    func parked(limit: Int) async throws -> [ParkedDelivery] {
        let last = limit == .max ? -1 : max(limit, 0) - 1
        guard limit > 0 else { return [] }
        let reply = try await redis.send(RawCommand("ZRANGE", keys.parked, 0, last, "WITHSCORES")).decodeArray()
        var etas: [String: Date] = [:]
        var tags: [String] = []
        for index in stride(from: 0, to: reply.count - 1, by: 2) {
            guard let tag = reply[index].string, let eta = reply[index + 1].double else { continue }
            etas[tag] = Date(timeIntervalSince1970: eta / 1000)
            tags.append(tag)
        }
        var parked: [ParkedDelivery] = []
        for start in stride(from: 0, to: tags.count, by: 500) {
            for delivery in try await deliveries(tags: Array(tags[start..<min(start + 500, tags.count)])) {
                guard let eta = etas[delivery.tag] else { continue }
                parked.append(ParkedDelivery(eta: eta, delivery: delivery))
            }
        }
        return parked
    }

    /// Restores overdue deliveries under kombu's lock, which Python workers respect.
    func restoreOverdue(_ tags: [String]) async throws {
        let token = UUID().uuidString
        // kombu/transport/redis.py: unacked_mutex_expire, 300 s.
        let lock = RawCommand("SET", keys.unackedMutex, token, "NX", "PX", 300_000)
        guard try await !redis.send(lock).isNull else { return }
        let outcome: Result<Int, any Error>
        do {
            let restored = try await restore(tags: tags, counting: Self.lost)
            // What is in the index alone would be overdue for ever, and keep others from being seen.
            try await redis.evaluate(ForgetScript(unacked: keys.unacked, unackedIndex: keys.unackedIndex, tags: tags))
            outcome = .success(restored)
        } catch {
            outcome = .failure(error)
        }
        try await redis.evaluate(ReleaseLockScript(key: keys.unackedMutex, token: token))
        let restored = try outcome.get()
        if restored > 0 {
            logger.notice("restored messages whose visibility timeout ran out", metadata: ["count": "\(restored)"])
        }
    }

    /// The tags with a prefix, oldest first.
    func tags(withPrefix prefix: String) async throws -> [String] {
        var found: [(tag: String, score: Double)] = []
        var cursor = "0"
        repeat {
            let scan = RawCommand("ZSCAN", keys.unackedIndex, cursor, "MATCH", prefix + "*", "COUNT", 1000)
            let reply = try await redis.send(scan).decodeArray()
            guard reply.count == 2, let next = reply[0].string else { break }
            cursor = next
            let members = try reply[1].decodeArray()
            for index in stride(from: 0, to: members.count - 1, by: 2) {
                guard let tag = members[index].string else { continue }
                found.append((tag, members[index + 1].double ?? 0))
            }
        } while cursor != "0"
        let number = { (tag: String) in Int(tag.dropFirst(prefix.count)) ?? 0 }
        found.sort { ($0.score, number($0.tag)) < ($1.score, number($1.tag)) }
        // A scan may show a member twice.
        var seen: Set<String> = []
        return found.map(\.tag).filter { seen.insert($0).inserted }
    }

    /// Reads `[envelope, exchange, routing key]`.
    private func parse(_ bytes: [UInt8], tag: String) async throws -> Restored {
        guard case .array(let parts)? = try? JSONValue(parsing: bytes), parts.count == 3,
            let routingKey = parts[2].stringValue
        else {
            return Restored(tag: tag, queues: [], envelope: bytes, fault: "an entry of unacked that cannot be read")
        }
        let exchange = parts[1].stringValue ?? ""
        let envelope = parts[0].serialized(.python)
        if routing.declared.type(of: exchange) == .fanout {
            // A broadcast's copy was for the consumer that is gone, and for nobody else.
            return Restored(tag: tag, queues: [], envelope: envelope)
        }
        var destination = Destination.queue(QueueName(routingKey))
        if !exchange.isEmpty { destination = .exchange(exchange, type: nil, routingKey: routingKey) }
        // The queue of the key's name, rather than nowhere, when the exchange's table is gone.
        let fallback = routingKey.isEmpty ? nil : QueueName(routingKey)
        let queues = try await routing.queues(for: destination, fallback: fallback)
        let fault = queues.isEmpty ? "\(CeleryError.unroutable(destination))" : nil
        return Restored(tag: tag, queues: queues, envelope: envelope, fault: fault)
    }
}
