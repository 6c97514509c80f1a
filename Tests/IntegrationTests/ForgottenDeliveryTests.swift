import Celery
import Foundation
import Redis
import Testing

@testable import CeleryRedis

/// What the server holds and nobody knows of any more.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(2))) struct ForgottenDeliveryTests {
    /// Cuts the connection that commands share.
    private func cutConnections(_ fixture: BrokerFixture) async throws {
        _ = try await fixture.redis.withConnection { connection in
            try await connection.send(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"])
        }
    }

    @Test func `an end that was lost with a server's last second is made up for`() async throws {
        try await withFixture { fixture in
            let ids = try await fixture.send(2)
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 2 }
                let (first, second) = (deliveries[0], deliveries[1])
                let stored = try await fixture.redis.send(["HGET", "unacked", first.tag])
                let done = try await consumer.complete(Completion(deliveries: [first]), storingIn: fixture.results)
                #expect(done.isDone)
                // As a server is that comes back without what it was told last.
                _ = try await fixture.redis.send(["HSET", "unacked", first.tag, stored.bytes ?? []])
                _ = try await fixture.redis.send(["ZADD", "unacked_index", Date().timeIntervalSince1970, first.tag])
                try await cutConnections(fixture)

                let again = try await consumer.reserve { 2 }
                #expect(try again.map { try TaskMessage(Message(envelope: $0.envelope)).id } == [ids[0]])
                // What is still held is nobody else's.
                let held = try await fixture.redis.send(["HEXISTS", "unacked", second.tag])
                #expect(held == .integer(1))
            }
        }
    }

    @Test func `tags that stand in the index alone keep no overdue message from coming back`() async throws {
        try await withFixture { fixture in
            for number in 0..<150 { _ = try await fixture.redis.send(["ZADD", "unacked_index", 1, "ghost\(number)"]) }
            let call = TaskCall(task: "t")
            let entry = Array("[".utf8) + call.message().envelope() + Array(", \"\", \"q\"]".utf8)
            _ = try await fixture.redis.send(["HSET", "unacked", "python-tag", entry])
            _ = try await fixture.redis.send(["ZADD", "unacked_index", 2, "python-tag"])
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 10 }
                #expect(try deliveries.map { try TaskMessage(Message(envelope: $0.envelope)).id } == [call.id])
                #expect(try await fixture.redis.send(["ZCARD", "unacked_index"]) == .integer(1))
            }
        }
    }

    @Test func `an overdue message whose queue's key is no list goes to the dead letters and holds up no other`()
        async throws
    {
        try await withFixture { fixture in
            _ = try await fixture.redis.send(["SET", "taken", "x"])
            let call = TaskCall(task: "t")
            for (queue, score) in [("q", 1), ("taken", 2)] {
                let entry = Array("[".utf8) + call.message().envelope() + Array(", \"\", \"\(queue)\"]".utf8)
                _ = try await fixture.redis.send(["HSET", "unacked", "tag-\(queue)", entry])
                _ = try await fixture.redis.send(["ZADD", "unacked_index", score, "tag-\(queue)"])
            }
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 10 }
                #expect(deliveries.count == 1)
                #expect(try await fixture.length("swift-celery:dead-letters") == 1)
                #expect(try await fixture.held() == (1, 1))
            }
        }
    }

    @Test(arguments: ["no JSON", "[{}, \"nowhere\", \"\"]"])
    func `an overdue entry that leads nowhere goes to the dead letters`(entry: String) async throws {
        try await withFixture { fixture in
            _ = try await fixture.redis.send(["HSET", "unacked", "tag", entry])
            _ = try await fixture.redis.send(["ZADD", "unacked_index", 1, "tag"])
            let queue = Queue("q", exchange: Exchange("nowhere"), routingKey: "other")
            try await consuming(fixture, queues: [queue]) { _ in
                let letters = try await eventually {
                    try await fixture.length("swift-celery:dead-letters")
                } until: {
                    $0 > 0
                }
                #expect(letters == 1)
                #expect(try await fixture.held() == (0, 0))
            }
        }
    }
}
