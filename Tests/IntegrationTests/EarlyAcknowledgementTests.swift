import Celery
import Foundation
import Redis
import Testing

@testable import CeleryRedis

/// Messages that are acknowledged before their tasks run: once is once, and every task comes to an end.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(2))) struct EarlyAcknowledgementTests {
    private func success(_ id: TaskID) -> ResultDocument {
        ResultDocument(taskID: id, state: .success, result: 1, dateDone: Date())
    }

    private func runningKeys(_ fixture: BrokerFixture) async throws -> Int {
        try await fixture.redis.send(RawCommand("KEYS", "swift-celery:running:*")).decodeArray().count
    }

    @Test func `what is acknowledged is gone for everybody else, and done when its task is`() async throws {
        try await withFixture { fixture in
            let id = try await fixture.send()[0]
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 1 }
                #expect(try await consumer.acknowledge(deliveries))
                #expect(try await fixture.held() == (0, 0))
                #expect(try await runningKeys(fixture) == 1)
                let next = OutgoingMessage(queue: "other", message: TaskCall(task: "next").message())
                let completion = Completion(deliveries: deliveries, effects: [.store(success(id)), .publish(next)])
                #expect(try await consumer.complete(completion, storingIn: fixture.results).isDone)
                // After a lost reply it is asked for again.
                #expect(try await !consumer.complete(completion, storingIn: fixture.results).isDone)
                #expect(try await fixture.length("other") == 1)
                #expect(try await fixture.results.document(for: id)?.state == .success)
                #expect(try await runningKeys(fixture) == 0)
            }
        }
    }

    @Test func `an acknowledgement that was applied without a reply counts when it is asked for again`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 1 }
                #expect(try await consumer.acknowledge(deliveries))
                #expect(try await consumer.acknowledge(deliveries))
            }
        }
    }

    @Test func `what somebody else has restored cannot be acknowledged`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 1 }
                // kombu/transport/redis.py, restore_by_tag.
                _ = try await fixture.redis.send(RawCommand("HDEL", "unacked", deliveries[0].tag))
                _ = try await fixture.redis.send(RawCommand("ZREM", "unacked_index", deliveries[0].tag))
                #expect(try await !consumer.acknowledge(deliveries))
                #expect(try await runningKeys(fixture) == 0)
            }
        }
    }

    @Test func `one that was acknowledged and never started can be handed back`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            try await consuming(fixture) { consumer in
                let deliveries = try await consumer.reserve { 1 }
                #expect(try await consumer.acknowledge(deliveries))
                try await consumer.release(deliveries, countingLoss: false)
                #expect(try await fixture.length("q") == 1)
                #expect(try await runningKeys(fixture) == 0)
            }
        }
    }

    @Test func `what a dead consumer had acknowledged comes to another to be ended, not to be run`() async throws {
        try await withFixture { fixture in
            let id = try await fixture.send()[0]
            let (dead, lost) = try await dyingConsumer(fixture) { consumer, deliveries in
                _ = try await consumer.acknowledge(deliveries)
            }
            try await consuming(fixture) { consumer in
                let delivery = try #require(try await consumer.reserve { 1 }.first)
                #expect(delivery.isLost)
                #expect(delivery.queue == "q")
                #expect(try TaskMessage(Message(envelope: delivery.envelope)).id == id)
                #expect(try await fixture.length("q") == 0)
                // The dead one comes back to life: what it has to say is not heard twice.
                let next = OutgoingMessage(queue: "other", message: TaskCall(task: "next").message())
                let late = Completion(deliveries: lost, effects: [.publish(next)])
                let ending = Completion(deliveries: [delivery])
                #expect(try await consumer.complete(ending, storingIn: fixture.results).isDone)
                #expect(try await !dead.complete(late, storingIn: fixture.results).isDone)
                #expect(try await fixture.length("other") == 0)
                #expect(try await runningKeys(fixture) == 0)
            }
        }
    }

    @Test func `a consumer that leaves unended tasks is found by the others`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send()
            let (dead, _) = try await dyingConsumer(fixture) { consumer, deliveries in
                _ = try await consumer.acknowledge(deliveries)
            }
            #expect(try await dead.close() == 0)
            try await consuming(fixture) { consumer in
                let delivery = try await consumer.reserve { 1 }.first
                #expect(delivery?.isLost == true)
            }
        }
    }
}
