import Celery
import Foundation
import Redis
import Testing

@testable import CeleryRedis

/// Messages whose time is far wait in Redis and are held by nobody.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(2))) struct ParkingTests {
    /// Parks a message by a consumer that is gone afterwards.
    private func park(
        _ fixture: BrokerFixture,
        for time: TimeInterval,
        visibilityTimeout: Duration = .seconds(3600)
    ) async throws -> (delivery: Delivery, eta: Date) {
        try await consuming(fixture, visibilityTimeout: visibilityTimeout) { consumer in
            let deliveries = try await consumer.reserve { 1 }
            let eta = Date(timeIntervalSinceNow: time)
            #expect(try await consumer.park(deliveries, until: eta))
            _ = try await consumer.close()
            return (deliveries[0], eta)
        }
    }

    @Test func `a parked message is nobody's, and overdue for any worker when it is due`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            let (delivery, eta) = try await park(fixture, for: 7200)
            #expect(try await fixture.length("q") == 0)
            #expect(try await fixture.held() == (1, 1))
            let members = try await fixture.redis.send(RawCommand("ZRANGE", "unacked_index", 0, -1, "WITHSCORES"))
            let entry = try members.decodeArray()
            let tag = try #require(entry[0].string)
            #expect(tag != delivery.tag)
            #expect(tag.hasPrefix("parked."))
            #expect(abs(try #require(entry[1].double) - (eta.timeIntervalSince1970 - 3600)) < 0.01)
            let stored = try await fixture.redis.send(RawCommand("HGET", "unacked", tag)).bytes
            #expect(stored == Array("[".utf8) + delivery.envelope + Array(", \"\", \"q\"]".utf8))
            #expect(try await fixture.redis.send(RawCommand("ZCARD", "swift-celery:consumers")).decodeInt() == 0)
        }
    }

    @Test(arguments: ["", "app:"])
    func `it comes back to be there in time, marked as one that was received before`(keyPrefix: String) async throws {
        try await withFixture(keyPrefix: keyPrefix) { fixture in
            _ = try await fixture.send()
            let (parked, eta) = try await park(fixture, for: 2.3)
            try await consuming(fixture) { consumer in
                let delivery = try #require(try await consumer.reserve { 1 }.first)
                #expect(Date() < eta)
                #expect(eta.timeIntervalSinceNow < 2.1)
                let message = try Message(envelope: delivery.envelope)
                #expect(delivery.envelope == (try Message(envelope: parked.envelope).markedParked().envelope()))
                #expect(message.wasParked)
                #expect(message.deliveryCount == 0)
                #expect(!message.properties.isRedelivered)
                #expect(try await consumer.parked().isEmpty)
            }
        }
    }

    @Test func `many that are due together come back, each once`() async throws {
        try await withFixture { fixture in
            let ids = try await fixture.send(250)
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 250 }
                for delivery in deliveries {
                    #expect(try await consumer.park([delivery], until: Date(timeIntervalSinceNow: 300)))
                }
                // As if ten minutes had passed.
                let tags = try await consumer.parked().map(\.delivery.tag)
                let commands = tags.map { RawCommand("ZINCRBY", "swift-celery:parked", -600_000, $0) }
                _ = try await fixture.redis.transaction(commands)
                var seen: [TaskID] = []
                while seen.count < ids.count {
                    seen += try await consumer.reserve { 10 }.map { try TaskMessage(Message(envelope: $0.envelope)).id }
                }
                #expect(Set(seen) == Set(ids))
                #expect(try await fixture.held() == (250, 250))
            }
        }
    }

    @Test func `what is due soon is not parked`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 1 }
                #expect(try await !consumer.park(deliveries, until: Date(timeIntervalSinceNow: 2)))
                #expect(try await consumer.close() == 1)
            }
        }
    }

    @Test func `parking again after a lost reply changes nothing`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 1 }
                let eta = Date(timeIntervalSinceNow: 600)
                for _ in 0..<2 { #expect(try await consumer.park(deliveries, until: eta)) }
                #expect(try await fixture.held() == (1, 1))
                #expect(try await consumer.parked().count == 1)
            }
        }
    }

    @Test func `everybody can see what is parked, the next one first`() async throws {
        try await withFixture { fixture in
            let ids = try await fixture.send(3)
            let etas = try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 3 }
                let etas = [300.0, 100, 200].map { Date(timeIntervalSinceNow: $0) }
                for (delivery, eta) in zip(deliveries, etas) { _ = try await consumer.park([delivery], until: eta) }
                return etas
            }
            try await consuming(fixture, queues: ["another"]) { consumer in
                let parked = try await consumer.parked()
                let parkedIDs = try parked.map { try TaskMessage(Message(envelope: $0.delivery.envelope)).id }
                #expect(parkedIDs == [ids[1], ids[2], ids[0]])
                #expect(parked.allSatisfy { $0.delivery.queue == "q" })
                #expect(abs(parked[0].eta.timeIntervalSince(etas[1])) < 0.01)
                #expect(try await consumer.parked(limit: 2).count == 2)
            }
        }
    }

    @Test func `a worker with a shorter visibility timeout does not bring it back early`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            let (_, eta) = try await park(fixture, for: 600)
            try await consuming(fixture, visibilityTimeout: .seconds(60)) { _ in
                let score = try await eventually {
                    let reply = try await fixture.redis.send(RawCommand("ZRANGE", "unacked_index", 0, 0, "WITHSCORES"))
                    return try reply.decodeArray().last?.double ?? 0
                } until: {
                    abs($0 - (eta.timeIntervalSince1970 - 60)) < 0.01
                }
                #expect(abs(score - (eta.timeIntervalSince1970 - 60)) < 0.01)
                #expect(try await fixture.length("q") == 0)
            }
        }
    }

    @Test func `it comes back even if the list of parked messages is lost`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            _ = try await park(fixture, for: 2.2)
            _ = try await fixture.redis.send(RawCommand("DEL", "swift-celery:parked"))
            try await consuming(fixture) { consumer in
                let delivery = try #require(try await consumer.reserve { 1 }.first)
                #expect(try Message(envelope: delivery.envelope).deliveryCount == 0)
            }
        }
    }

    @Test func `one that a Python worker has brought back is forgotten`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            _ = try await park(fixture, for: 2.2)
            // kombu/transport/redis.py, restore_by_tag.
            _ = try await fixture.redis.send(["DEL", "unacked", "unacked_index"])
            try await consuming(fixture) { consumer in
                #expect(try await consumer.parked().isEmpty)
                let left = try await eventually {
                    try await fixture.redis.send(["ZCARD", "swift-celery:parked"]).decodeInt()
                } until: {
                    $0 == 0
                }
                #expect(left == 0)
                #expect(try await fixture.length("q") == 0)
            }
        }
    }
}
