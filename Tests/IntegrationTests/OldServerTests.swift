import Celery
import Foundation
import Logging
import Redis
import Testing

@testable import CeleryRedis

/// A server on which nothing can wait for messages without taking them.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(2))) struct OldServerTests {
    @Test(arguments: ["rename-command BLMOVE \"\"", "user default on nopass ~* &* +@all -blmove"])
    func `messages are found by asking again, and the log says so once`(line: String) async throws {
        try await withFixture(RedisServerOptions(config: [line])) { fixture in
            let log = LogRecorder()
            let complaints = { @Sendable in log.messages(.notice).filter { $0.contains("asking again and again") } }
            try await consuming(fixture, queues: ["q", "r"], logger: log.logger) { consumer in
                _ = try await eventually {
                    complaints()
                } until: {
                    !$0.isEmpty
                }
                for queue: QueueName in ["q", "r", "q"] {
                    async let waiting = consumer.reserve { 10 }
                    let ids = try await fixture.send(2, to: queue)
                    var taken = try await waiting
                    // The first may be seen before the second is there.
                    while taken.count < 2 { taken += try await consumer.reserve { 10 } }
                    #expect(try taken.map { try TaskMessage(Message(envelope: $0.envelope)).id } == ids)
                    #expect(taken.allSatisfy { $0.queue == queue })
                }
            }
            #expect(complaints().count == 1)
        }
    }

    @Test func `nobody loses a message who dies while it waits`() async throws {
        try await withFixture(RedisServerOptions(config: ["rename-command BLMOVE \"\""])) { fixture in
            let ids = try await fixture.send()
            _ = try await dyingConsumer(fixture)
            #expect(try await fixture.held() == (1, 1))
            try await consuming(fixture) { consumer in
                let taken = try await consumer.reserve { 1 }
                #expect(try taken.map { try TaskMessage(Message(envelope: $0.envelope)).id } == ids)
            }
        }
    }

    @Test func `a window larger than a script can hold is filled in parts, and loses nothing`() async throws {
        try await withFixture { fixture in
            let ids = try await fixture.send(5000)
            try await consuming(fixture) { consumer in
                var taken: [TaskID] = []
                while taken.count < ids.count {
                    let deliveries = try await consumer.reserve { 100_000 }
                    #expect(deliveries.count <= 1000)
                    taken += try deliveries.map { try TaskMessage(Message(envelope: $0.envelope)).id }
                }
                #expect(taken == ids)
                #expect(try await fixture.held() == (5000, 5000))
            }
        }
    }

    @Test func `a script that is stopped in between takes no message out of its list`() async throws {
        try await withFixture { fixture in
            _ = try await fixture.send(3)
            _ = try await fixture.redis.send(["SET", "unacked_index", "no sorted set"])
            try await consuming(fixture, sweepInterval: .seconds(600)) { consumer in
                await #expect(throws: CeleryError.self) { try await consumer.reserve { 3 } }
                let left = try await fixture.length("q")
                #expect(left == 3)
            }
        }
    }
}
