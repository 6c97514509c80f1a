import Celery
import CeleryRedis
import Foundation
import Logging
import Redis
import Testing

/// What remote control and events need of a Redis server.
@Suite(.timeLimit(.minutes(2))) struct RedisControlTests {
    private func message(_ text: String) -> Message {
        Message(
            body: Array(text.utf8),
            headers: [:],
            properties: MessageProperties(isPersistent: false, exchange: "x", routingKey: "k")
        )
    }

    @Test func `a broadcast reaches those who listen to its exchange and key, on Celery's channel`() async throws {
        try await withRedis(changing: { $0.database = 3 }) { _, redis in
            let broker = RedisBroker(redis, keyPrefix: "my:")
            let topics = [
                BroadcastTopic(exchange: "celeryev", routingKey: "worker.*"), BroadcastTopic(exchange: "box"),
            ]
            let seen = try await broker.withBroadcasts(of: topics) { broadcasts in
                #expect(try await broker.broadcast(message("no"), exchange: "celeryev", routingKey: "task.x") == 0)
                #expect(try await broker.broadcast(message("no"), exchange: "other", routingKey: "") == 0)
                #expect(try await broker.broadcast(message("a"), exchange: "celeryev", routingKey: "worker.x") == 1)
                let raw = RawCommand("PUBLISH", "my:/3.box", message("b").envelope())
                #expect(try await redis.send(raw).decodeInt() == 1)
                var seen: [String] = []
                for try await case .message(let broadcast) in broadcasts {
                    let text = String(decoding: try Message(envelope: broadcast.envelope).body, as: UTF8.self)
                    seen.append("\(broadcast.exchange) \(broadcast.routingKey) \(text)")
                    if seen.count == 2 { break }
                }
                return seen
            }
            #expect(seen == ["celeryev worker.x a", "box  b"])
        }
    }

    @Test func `an answer goes to the queue of who asked, and expires`() async throws {
        try await withRedis { _, redis in
            let broker = RedisBroker(redis, keyPrefix: "my:")
            #expect(try await !broker.reply(message("a"), exchange: "r", routingKey: "k"))
            let queue = Queue("q.r", exchange: Exchange("r"), routingKey: "k", expires: .seconds(10))
            try await broker.declare([queue, Queue("other", exchange: Exchange("r"), routingKey: "k2")])
            #expect(try await broker.reply(message("a"), exchange: "r", routingKey: "k"))
            #expect(try await broker.reply(message("b"), exchange: "r", routingKey: "k"))
            let life = try await redis.send(RawCommand("TTL", "my:q.r")).decodeInt()
            #expect((1...60).contains(life))
            let bodies = try await broker.takeReplies(in: "q.r").map { try Message(envelope: $0).body }
            #expect(bodies == [Array("a".utf8), Array("b".utf8)])
            #expect(try await broker.takeReplies(in: "q.r").isEmpty)
            #expect(try await broker.takeReplies(in: "other").isEmpty)
        }
    }

    @Test func `revoked tasks are remembered within limits`() async throws {
        try await withRedis { _, redis in
            let broker = RedisBroker(redis)
            #expect(try await broker.revokedTasks().isEmpty)
            try await broker.rememberRevoked(["a", "b"], for: .seconds(100), limit: 3)
            try await broker.rememberRevoked(["c", "d"], for: .seconds(100), limit: 3)
            #expect(try await broker.revokedTasks().count == 3)
            #expect(try await Set(broker.revokedTasks()).isSuperset(of: ["c", "d"]))
            let life = try await redis.send(RawCommand("TTL", "swift-celery:revoked")).decodeInt()
            #expect((1...100).contains(life))
        }
    }

    @Test func `a broker describes itself without its password`() {
        var configuration = RedisClientConfiguration(host: "::1", port: 7, database: 2, password: "secret")
        configuration.username = "me"
        let address = RedisResultBackend(RedisClient(configuration: configuration, logger: Logger(label: "test")))
            .address
        #expect(address == "redis://me:********@[::1]:7/2")
    }
}
