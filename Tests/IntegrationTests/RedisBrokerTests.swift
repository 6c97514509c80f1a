import Celery
import Foundation
import Redis
import Testing

@testable import CeleryRedis

/// The broker on a real Redis: what is held is never lost, what is ended is ended once.
@Suite(.timeLimit(.minutes(2))) struct RedisBrokerTests {
    private func success(_ id: TaskID) -> ResultDocument {
        ResultDocument(taskID: id, state: .success, result: 1, dateDone: Date())
    }

    @Test func `a reserved message is in unacked as kombu writes it, and in no list`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            let sent = try #require(try await fixture.redis.send(RawCommand("LINDEX", "q", 0)).bytes)
            try await consuming(fixture) { consumer in
                let delivery = try #require(try await consumer.reserve { 10 }.first)
                #expect(delivery.envelope == sent)
                #expect(try await fixture.length("q") == 0)
                let stored = try await fixture.redis.send(RawCommand("HGET", "unacked", delivery.tag)).bytes
                #expect(stored == Array("[".utf8) + sent + Array(", \"\", \"q\"]".utf8))
                #expect(try await fixture.held() == (1, 1))
            }
        }
    }

    @Test func `no more is taken than the limit, the oldest first`() async throws {
        try await withFixture { fixture in
            let ids = try await fixture.send(5)
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 3 }
                let taken = try deliveries.map { try TaskMessage(Message(envelope: $0.envelope)).id }
                #expect(taken == Array(ids[..<3]))
                #expect(try await fixture.length("q") == 2)
            }
        }
    }

    @Test func `waiting ends when a message comes`() async throws {
        try await withFixture { fixture in
            try await consuming(fixture) { consumer in
                async let deliveries = consumer.reserve { 1 }
                _ = try await fixture.send()
                #expect(try await deliveries.count == 1)
            }
        }
    }

    @Test func `a cancelled wait takes nothing`() async throws {
        try await withFixture { fixture in
            try await consuming(fixture) { consumer in
                let waiting = Task { try await consumer.reserve { 1 } }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
            }
            _ = try await fixture.send()
            #expect(try await fixture.length("q") == 1)
            #expect(try await fixture.held() == (0, 0))
        }
    }

    @Test func `a completion stores, publishes, queues and acknowledges`() async throws {
        try await withFixture { fixture in
            let id = try await fixture.send()[0]
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 1 }
                let next = TaskCall(task: "next").message()
                let completion = Completion(
                    deliveries: deliveries,
                    effects: [
                        .store(success(id)), .publish(OutgoingMessage(queue: "other", message: next)),
                    ]
                )
                #expect(try await consumer.complete(completion, storingIn: fixture.results).isDone)
                #expect(try await fixture.held() == (0, 0))
                #expect(try await fixture.results.document(for: id)?.state == .success)
                #expect(try await fixture.length("other") == 1)
                let ttl = try await fixture.redis.send(RawCommand("TTL", "celery-task-meta-\(id)")).decodeInt()
                #expect((86390...86400).contains(ttl))
            }
        }
    }

    @Test func `a completion of which one message cannot be queued changes nothing`() async throws {
        try await withFixture { fixture in
            let id = try await fixture.send()[0]
            _ = try await fixture.redis.send(["SET", "taken", "x"])
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 1 }
                let next = TaskCall(task: "next").message()
                let messages = ["other", "taken"].map { Effect.publish(OutgoingMessage(queue: $0, message: next)) }
                let completion = Completion(deliveries: deliveries, effects: [.store(success(id))] + messages)
                await #expect(throws: CeleryError.self) {
                    try await consumer.complete(completion, storingIn: fixture.results)
                }
                #expect(try await fixture.length("other") == 0)
                #expect(try await fixture.results.document(for: id) == nil)
                #expect(try await fixture.held() == (1, 1))
            }
        }
    }

    @Test func `the list of consumers lives as long as one of them`() async throws {
        try await withFixture { fixture in
            try await consuming(fixture) { _ in
                let key = "swift-celery:consumers"
                _ = try await eventually {
                    try await fixture.redis.send(["PEXPIRE", key, 10_000])
                } until: {
                    $0 == .integer(1)
                }
                let left = try await eventually {
                    try await fixture.redis.send(["PTTL", key]).decodeInt()
                } until: {
                    $0 > 10_000
                }
                #expect(left > 80_000_000)
            }
        }
    }

    @Test func `a stored success is not overwritten`() async throws {
        try await withFixture { fixture in
            try await fixture.results.store(success("a"))
            try await fixture.results.store(ResultDocument(taskID: "a", state: .progress, result: 2))
            #expect(try await fixture.results.document(for: "a")?.state == .success)
        }
    }

    @Test func `closing hands back everything in its old order`() async throws {
        try await withFixture { fixture in
            let ids = try await fixture.send(12)
            try await consuming(fixture) { consumer in
                _ = try await consumer.reserve { 12 }
                #expect(try await consumer.close() == 12)
            }
            #expect(try await fixture.held() == (0, 0))
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 12 }
                #expect(try deliveries.map { try TaskMessage(Message(envelope: $0.envelope)).id } == ids)
            }
        }
    }

    @Test func `what a dead consumer held comes back, and its end then changes nothing`() async throws {
        try await withFixture { fixture in
            let id = try await fixture.send()[0]
            // It takes the message and is never heard of again.
            let (dead, lost) = try await dyingConsumer(fixture)
            try await consuming(fixture) { consumer in
                let delivery = try #require(try await consumer.reserve { 1 }.first)
                #expect(try TaskMessage(Message(envelope: delivery.envelope)).isRedelivered)
                let late = Completion(
                    deliveries: lost,
                    effects: [
                        .publish(OutgoingMessage(queue: "other", message: try Message(envelope: delivery.envelope)))
                    ]
                )
                #expect(try await !dead.complete(late, storingIn: fixture.results).isDone)
                #expect(try await fixture.length("other") == 0)
                let ending = Completion(deliveries: [delivery], effects: [.store(success(id))])
                #expect(try await consumer.complete(ending, storingIn: fixture.results).isDone)
            }
        }
    }

    @Test func `what was set aside is listed, and goes back once as if it had never been lost`() async throws {
        try await withFixture { fixture in
            let broker = fixture.broker
            let ids = try await fixture.send(2)
            try await consuming(fixture) { consumer in
                for _ in 1...2 {
                    try await consumer.release(try await consumer.reserve { 1 }, countingLoss: true)
                    let letter = Completion(
                        deliveries: try await consumer.reserve { 1 },
                        disposition: .deadLetter(reason: "bad")
                    )
                    #expect(try await consumer.complete(letter, storingIn: fixture.results).isDone)
                }
            }
            _ = try await fixture.redis.send(RawCommand("LPUSH", "swift-celery:dead-letters", "what is this?"))
            let letters = try await broker.deadLetters()
            #expect(letters.map(\.taskID) == [ids[1], ids[0]])
            #expect(letters.map(\.reason) == ["bad", "bad"])
            #expect(letters.map(\.queue) == ["q", "q"])
            #expect(try await broker.requeueDeadLetters { $0.taskID == ids[0] } == [letters[1]])
            #expect(try await broker.requeueDeadLetters { $0.taskID == ids[0] } == [])
            #expect(try await broker.requeueDeadLetters { _ in true } == [letters[0]])
            try await consuming(fixture) { consumer in
                let messages = try await consumer.reserve { 2 }.map { try TaskMessage(Message(envelope: $0.envelope)) }
                #expect(messages.map(\.id) == [ids[1], ids[0]])
                #expect(messages.allSatisfy { !$0.isRedelivered && $0.message().deliveryCount == 0 })
            }
            #expect(try await fixture.length("swift-celery:dead-letters") == 1)
        }
    }

    @Test func `stops are not counted, however many there are`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send(2)
            for _ in 0..<3 {
                try await consuming(fixture) { consumer in
                    let deliveries = try await consumer.reserve { 2 }
                    #expect(try deliveries.map(losses) == [0, 0])
                    #expect(try await consumer.close() == 2)
                }
            }
        }
    }

    @Test func `the first loss of a consumer counts for all that it held, further ones for what ran`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send(2)
            _ = try await dyingConsumer(fixture, taking: 2)
            try await consuming(fixture) { consumer in
                try await hasBeenRestored(fixture)
                let deliveries = try await consumer.reserve { 2 }
                #expect(try deliveries.map(losses) == [1, 1])
                try await consumer.release(deliveries.reversed(), countingLoss: false)
            }
            _ = try await dyingConsumer(fixture, taking: 2) { consumer, deliveries in
                for _ in 1...2 { try await consumer.noteRun(of: [deliveries[0]]) }
            }
            try await consuming(fixture) { consumer in
                try await hasBeenRestored(fixture)
                let deliveries = try await consumer.reserve { 2 }
                #expect(try deliveries.map(losses) == [2, 1])
                // A stop is no loss, whatever runs.
                try await consumer.noteRun(of: deliveries)
                #expect(try await consumer.close() == 2)
            }
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 2 }
                #expect(try deliveries.map(losses) == [2, 1])
            }
        }
    }

    /// Makes all consumers late at the same moment, as an outage of the server does.
    private func delayAll(_ fixture: BrokerFixture) async throws {
        let key = "swift-celery:consumers"
        let members = try await fixture.redis.send(RawCommand("ZRANGE", key, 0, -1)).decodeArray().compactMap(\.string)
        #expect(members.count == 2)
        let scores = members.flatMap { ["1", $0] }
        _ = try await fixture.redis.send(RawCommand("ZADD", arguments: [key, "XX"] + scores))
    }

    private func firstDeadline(_ fixture: BrokerFixture) async throws -> Double {
        let first = try await fixture.redis.send(["ZRANGE", "swift-celery:consumers", "0", "0", "WITHSCORES"])
        return try first.decodeArray().last?.double ?? 0
    }

    @Test func `who comes back first from an outage takes nobody for dead`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            let other = fixture.broker.makeConsumer(ConsumerConfiguration(queues: ["q"]), logger: quietLogger)
            #expect(try await other.reserve { 1 }.count == 1)
            try await consuming(fixture) { _ in
                _ = try await eventually(
                    {
                        try await fixture.redis.send(["ZCARD", "swift-celery:consumers"]).decodeInt()
                    },
                    until: { $0 == 2 }
                )
                try await delayAll(fixture)
                let deadline = try await eventually({ try await firstDeadline(fixture) }, until: { $0 > 1 })
                #expect(deadline > 1)
                #expect(try await fixture.held() == (1, 1))
            }
        }
    }

    @Test func `who takes a message first after an outage makes nobody dead`() async throws {
        try await withFixture { fixture in
            let consumers = (0..<2).map { _ in
                fixture.broker.makeConsumer(ConsumerConfiguration(queues: ["q"]), logger: quietLogger)
            }
            for consumer in consumers {
                _ = try await fixture.send()
                #expect(try await consumer.reserve { 1 }.count == 1)
            }
            try await delayAll(fixture)
            _ = try await fixture.send()
            #expect(try await consumers[0].reserve { 1 }.count == 1)
            #expect(try await firstDeadline(fixture) > 1)
        }
    }

    /// Waits until both messages are back, which come one by one.
    private func hasBeenRestored(_ fixture: BrokerFixture) async throws {
        let length = try await eventually({ try await fixture.length("q") }, until: { $0 == 2 })
        #expect(length == 2)
    }

    private func losses(_ delivery: Delivery) throws -> Int {
        try Message(envelope: delivery.envelope).deliveryCount
    }

    @Test func `a delivery of a Python worker comes back when its visibility timeout is over`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            let envelope = try #require(try await fixture.redis.send(RawCommand("RPOP", "q")).bytes)
            let stored = Array("[".utf8) + envelope + Array(", \"\", \"q\"]".utf8)
            _ = try await fixture.redis.send(RawCommand("HSET", "unacked", "python-tag", stored))
            _ = try await fixture.redis.send(RawCommand("ZADD", "unacked_index", 1.5, "python-tag"))
            try await consuming(fixture) { consumer in
                let delivery = try #require(try await consumer.reserve { 1 }.first)
                #expect(try TaskMessage(Message(envelope: delivery.envelope)).isRedelivered)
            }
            #expect(try await fixture.redis.send(RawCommand("EXISTS", "unacked_mutex")).decodeInt() == 0)
        }
    }

    @Test func `a held delivery is renewed and not delivered again`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            try await consuming(fixture, visibilityTimeout: .seconds(1)) { consumer in
                let delivery = try #require(try await consumer.reserve { 1 }.first)
                let score = { () async throws -> Double in
                    try await fixture.redis.send(RawCommand("ZSCORE", "unacked_index", delivery.tag)).double ?? 0
                }
                let first = try await score()
                // Three renewals, each seen as it happens: longer than the timeout.
                var last = first
                while last < first + 1.2 {
                    last = try await score()
                    try #require(last > 0)
                }
                #expect(try await fixture.length("q") == 0)
            }
        }
    }

    @Test func `priorities are read in rising order`() async throws {
        try await withFixture { fixture in
            for priority in [9, 0, 6, 3] {
                var call = TaskCall(task: "t")
                call.id = TaskID("p\(priority)")
                call.priority = priority
                try await fixture.broker.publish([OutgoingMessage(queue: "q", message: call.message())])
            }
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 4 }
                let ids = try deliveries.map { try TaskMessage(Message(envelope: $0.envelope)).id.rawValue }
                #expect(ids == ["p0", "p3", "p6", "p9"])
            }
        }
    }

    @Test func `many queues are waited for at the same time`() async throws {
        try await withFixture { fixture in
            let queues = (1...12).map { QueueName("q\($0)") }
            try await consuming(fixture, queues: Queue.named(queues)) { consumer in
                for queue in queues {
                    async let deliveries = consumer.reserve { 1 }
                    _ = try await fixture.send(to: queue)
                    #expect(try await deliveries.map(\.queue) == [queue])
                }
            }
        }
    }

    @Test func `declared queues are bound in both tables`() async throws {
        try await withFixture { fixture in
            try await fixture.broker.declare(["q"])
            for table in ["_kombu.binding.q", "_kombu.binding_permanent.q"] {
                let members = try await fixture.redis.send(RawCommand("SMEMBERS", table)).decodeByteArrays()
                #expect(members == [Array("q\u{06}\u{16}\u{06}\u{16}q".utf8)])
            }
        }
    }

    @Test func `an unreadable message is kept with its reason`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.redis.send(RawCommand("LPUSH", "q", "not json"))
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 1 }
                let completion = Completion(deliveries: deliveries, disposition: .deadLetter(reason: "why"))
                #expect(try await consumer.complete(completion, storingIn: fixture.results).isDone)
                let kept = try await fixture.redis.send(RawCommand("LINDEX", "swift-celery:dead-letters", 0)).bytes
                let letter = try JSONValue(parsing: try #require(kept))
                #expect(letter["reason"] == "why")
                #expect(letter["message"] == "not json")
                #expect(try await fixture.held() == (0, 0))
            }
        }
    }
}
