import Celery
import Foundation
import Logging
import Redis
import Testing

@testable import CeleryRedis

/// Queues, exchanges and their tables on a real Redis, as kombu keeps them.
@Suite(.timeLimit(.minutes(2))) struct RedisRoutingTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let separator = "\u{06}\u{16}"

    private struct Fixture {
        let redis: RedisClient

        func members(_ table: String) async throws -> Set<String> {
            let members = try await redis.send(RawCommand("SMEMBERS", table)).decodeByteArrays()
            return Set(members.map { String(decoding: $0, as: UTF8.self) })
        }

        func length(_ key: String) async throws -> Int {
            try await redis.send(RawCommand("LLEN", key)).decodeInt()
        }

        func exists(_ key: String) async throws -> Bool {
            try await redis.send(RawCommand("EXISTS", key)).decodeInt() == 1
        }

        /// Sends a message with the delivery information of its destination.
        func send(
            _ broker: RedisBroker,
            to destination: Destination,
            priority: Int = 0,
            fallback: QueueName? = nil
        ) async throws {
            var call = TaskCall(task: "t")
            call.priority = priority
            call.destination = destination
            try await broker.publish([OutgoingMessage(to: destination, message: call.message(), fallback: fallback)])
        }
    }

    private func withRedis(_ body: @escaping @Sendable (Fixture) async throws -> Void) async throws {
        try await withRedisServer { server in
            let redis = RedisClient(configuration: try RedisClientConfiguration(url: server.url), logger: logger)
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(try await body(Fixture(redis: redis)))
            } catch {
                outcome = .failure(error)
            }
            await redis.close()
            try outcome.get()
        }
    }

    private let video = Queue("video", exchange: Exchange("media", type: .topic), routingKey: "media.video.#")
    private let image = Queue("image", exchange: Exchange("media", type: .topic), routingKey: "media.*.image")

    @Test func `a topic queue is bound by kombu's pattern in both tables`() async throws {
        try await withRedis { fixture in
            try await RedisBroker(fixture.redis).declare([video, image])
            let expected: Set = [
                ["media.video.#", #"^media\.video\..*?$"#, "video"].joined(separator: separator),
                ["media.*.image", #"^media\.[^\.]+\.image$"#, "image"].joined(separator: separator),
            ]
            #expect(try await fixture.members("_kombu.binding.media") == expected)
            #expect(try await fixture.members("_kombu.binding_permanent.media") == expected)
        }
    }

    @Test func `a message to a topic exchange goes to each queue whose pattern fits`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            try await broker.declare([video, image])
            try await fixture.send(broker, to: .exchange("media", type: .topic, routingKey: "media.video.image"))
            try await fixture.send(broker, to: .exchange("media", type: .topic, routingKey: "media.video.clip"))
            #expect(try await fixture.length("video") == 2)
            #expect(try await fixture.length("image") == 1)
            // A producer that has declared nothing knows the type by the table.
            let stranger = RedisBroker(fixture.redis)
            try await fixture.send(stranger, to: .exchange("media", type: nil, routingKey: "media.x.image"))
            #expect(try await fixture.length("image") == 2)
        }
    }

    @Test func `a message to a direct exchange goes by its key, and into the list of its priority`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            try await broker.declare([Queue("dq", exchange: Exchange("dx"), routingKey: "dkey")])
            try await fixture.send(broker, to: .exchange("dx", type: .direct, routingKey: "dkey"), priority: 7)
            #expect(try await fixture.length("dq\(separator)6") == 1)
        }
    }

    @Test func `a message that leads nowhere is refused, and none of the others is sent`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            let message = TaskCall(task: "t").message()
            let error = await #expect(throws: CeleryError.self) {
                try await broker.publish([
                    OutgoingMessage(queue: "q", message: message),
                    OutgoingMessage(to: .exchange("dx", type: .direct, routingKey: "k"), message: message),
                ])
            }
            #expect(error?.code == .unroutable)
            #expect(error?.description.contains("dx") == true)
            let sent = try await fixture.exists("q")
            #expect(!sent)
        }
    }

    @Test func `what leads nowhere goes to its fallback, or to the dead-letter queue`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis, options: TransportOptions(deadLetterQueue: "lost"))
            let nowhere = Destination.exchange("dx", type: nil, routingKey: "k")
            try await fixture.send(broker, to: nowhere)
            #expect(try await fixture.length("lost") == 1)
            try await fixture.send(broker, to: nowhere, fallback: "home")
            #expect(try await fixture.length("home") == 1)
        }
    }

    @Test func `a broadcast is published with its routing key in the channel`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis, keyPrefix: "app:")
            let channels = ["app:/0.news", "app:/0.news/celery"]
            try await fixture.redis.subscribe(to: channels) { subscription in
                try await fixture.send(broker, to: .exchange("news", type: .fanout, routingKey: ""))
                try await fixture.send(broker, to: .exchange("news", type: .fanout, routingKey: "celery"))
                var messages = subscription.makeAsyncIterator()
                #expect(try await messages.next()?.channel == channels[0])
                #expect(try await messages.next()?.channel == channels[1])
            }
        }
    }

    @Test func `priority steps, separator and prefix are those that are set`() async throws {
        try await withRedis { fixture in
            let options = TransportOptions(globalKeyPrefix: "app:", prioritySteps: Array(0...9), separator: ":")
            let broker = RedisBroker(fixture.redis, options: options)
            try await broker.declare(["q"])
            #expect(try await fixture.members("app:_kombu.binding.q") == ["q::q"])
            for priority in [0, 4, 12] { try await fixture.send(broker, to: .queue("q"), priority: priority) }
            for list in ["app:q", "app:q:4", "app:q:9"] { #expect(try await fixture.length(list) == 1) }
            let consumer = broker.makeConsumer(ConsumerConfiguration(queues: ["q"]), logger: logger)
            let taken = try await consumer.reserve { 10 }
            #expect(taken.count == 3)
            #expect(try await fixture.redis.send(RawCommand("HLEN", "app:unacked")).decodeInt() == 3)
            #expect(try await consumer.close() == 3)
            #expect(try await fixture.length("app:q:4") == 1)
        }
    }

    @Test func `purging empties all lists of a queue and keeps its bindings`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            try await broker.declare(["q", "other"])
            for priority in [0, 3, 9] { try await fixture.send(broker, to: .queue("q"), priority: priority) }
            try await fixture.send(broker, to: .queue("other"))
            #expect(try await broker.purge(["q"]) == 3)
            #expect(try await fixture.length("other") == 1)
            #expect(try await fixture.members("_kombu.binding.q").count == 1)
            #expect(try await broker.purge([]) == 0)
        }
    }

    @Test func `a deleted queue leaves nothing behind`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            try await broker.declare([video, image])
            try await fixture.send(broker, to: .queue("video"), priority: 9)
            try await broker.delete([video])
            #expect(try await fixture.members("_kombu.binding.media").count == 1)
            #expect(try await fixture.members("_kombu.binding_permanent.media").count == 1)
            #expect(try await fixture.exists("video\(separator)9") == false)
        }
    }

    // MARK: Queues that expire

    private let passing = Queue("passing", exchange: Exchange("px"), routingKey: "k", expires: .seconds(30))

    @Test func `a queue that expires is in the first table only, which has a deadline`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis, keyPrefix: "app:")
            try await broker.declare([passing])
            #expect(try await fixture.members("app:_kombu.binding.px").count == 1)
            #expect(try await fixture.exists("app:_kombu.binding_permanent.px") == false)
            let deadline = try await fixture.redis.send(RawCommand("ZSCORE", "app:_kombu.binding_deadlines", "px"))
            let hours = (try #require(deadline.double) / 1000 - Date().timeIntervalSince1970) / 3600
            #expect((0.9...1.1).contains(hours))
        }
    }

    @Test func `overdue tables are swept away unless a queue in them stays`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            let mixed = Queue("mixed", exchange: Exchange("mx"), routingKey: "k", expires: .seconds(30))
            try await broker.declare([passing, mixed, Queue("stays", exchange: Exchange("mx"), routingKey: "k")])
            try await broker.tables.sweep()
            #expect(try await fixture.exists("_kombu.binding.px"))
            for exchange in ["px", "mx"] {
                _ = try await fixture.redis.send(RawCommand("ZADD", "_kombu.binding_deadlines", 1, exchange))
            }
            try await broker.tables.sweep()
            #expect(try await fixture.exists("_kombu.binding.px") == false)
            #expect(try await fixture.members("_kombu.binding.mx").count == 2)
            #expect(try await fixture.exists("_kombu.binding_deadlines") == false)
        }
    }

    @Test func `a message to a queue that expires starts its time anew, on all its lists`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            try await broker.declare([passing])
            try await fixture.send(broker, to: .queue("passing"), priority: 9)
            _ = try await fixture.redis.send(RawCommand("PERSIST", "passing\(separator)9"))
            try await fixture.send(broker, to: .exchange("px", type: nil, routingKey: "k"))
            for list in ["passing", "passing\(separator)9"] {
                let left = try await fixture.redis.send(RawCommand("PTTL", list)).decodeInt()
                #expect((1...30_000).contains(left))
            }
        }
    }

    // MARK: Reading

    /// Runs a consumer while `body` works with it.
    private func consuming(
        _ broker: RedisBroker,
        _ queues: [Queue],
        _ body: @escaping @Sendable (any Consumer) async throws -> Void
    ) async throws {
        let consumer = broker.makeConsumer(ConsumerConfiguration(queues: queues), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await consumer.run() }
            defer { group.cancelAll() }
            try await body(consumer)
        }
    }

    /// Waits until so many clients listen for broadcasts without a routing key, and one for those with any.
    private func listeners(_ fixture: Fixture, _ count: Int = 1) async throws {
        while true {
            let patterns = try await fixture.redis.send(RawCommand("PUBSUB", "NUMPAT")).decodeInt()
            let channels = try await fixture.redis.send(RawCommand("PUBSUB", "NUMSUB", "/0.news")).decodeArray()
            if patterns > 0, try channels[1].decodeInt() >= count { return }
            await Task.yield()
        }
    }

    @Test func `a broadcast is delivered to each consumer and is in nobody's unacked`() async throws {
        try await withRedis { fixture in
            let other = RedisClient(configuration: fixture.redis.configuration, logger: logger)
            let brokers = [RedisBroker(fixture.redis), RedisBroker(other)]
            let queues = [Queue.broadcast("news"), Queue.broadcast("news")]
            try await consuming(brokers[0], [queues[0], "other"]) { first in
                try await consuming(brokers[1], [queues[1]]) { second in
                    try await listeners(fixture, 2)
                    try await fixture.send(brokers[0], to: .exchange("news", type: .fanout, routingKey: ""))
                    for (consumer, queue) in zip([first, second], queues) {
                        let delivery = try #require(try await consumer.reserve { 5 }.first)
                        #expect(delivery.isBroadcast)
                        #expect(delivery.queue == queue.name)
                        let hasUnacked = try await fixture.exists("unacked")
                        #expect(!hasUnacked)
                        let isHeld = try await consumer.acknowledge([delivery])
                        #expect(isHeld)
                    }
                }
            }
            await other.close()
        }
    }

    @Test func `a broadcast that is handed back is read again by its consumer`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            try await consuming(broker, [.broadcast("news")]) { consumer in
                try await listeners(fixture)
                try await fixture.send(broker, to: .exchange("news", type: .fanout, routingKey: ""))
                let delivery = try await consumer.reserve { 1 }
                try await consumer.release(delivery, countingLoss: false)
                #expect(try await consumer.reserve { 1 } == delivery)
            }
        }
    }

    @Test func `a producer that takes the exchange for a direct one reaches every consumer's list`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            let queues = [Queue.broadcast("news"), Queue.broadcast("news")]
            try await broker.declare(queues)
            // A Python producer has not declared the exchange (celery/app/amqp.py, send_task_message).
            let stranger = RedisBroker(fixture.redis)
            try await fixture.send(stranger, to: .exchange("news", type: nil, routingKey: "celery"))
            for queue in queues {
                let consumer = broker.makeConsumer(ConsumerConfiguration(queues: [queue]), logger: logger)
                let delivery = try #require(try await consumer.reserve { 5 }.first)
                #expect(delivery.isBroadcast)
                _ = try await consumer.acknowledge([delivery])
                #expect(try await fixture.exists("unacked") == false)
            }
        }
    }

    @Test func `a copy that kombu restored for another worker is not run here`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            let queue = Queue.broadcast("news")
            var call = TaskCall(task: "t")
            call.destination = .exchange("news", type: .fanout, routingKey: "celery")
            var foreign = try #require(try JSONValue(parsing: call.message().envelope()).objectValue)
            foreign["headers"] = .object(["redelivered": true])
            var properties = try #require(foreign["properties"]?.objectValue)
            properties["delivery_info"] = ["exchange": "news", "routing_key": "celery", "redelivered": true]
            foreign["properties"] = .object(properties)
            let list = queue.name.rawValue
            for envelope in [JSONValue.object(foreign).serialized(), call.message().envelope()] {
                _ = try await fixture.redis.send(RawCommand("LPUSH", list, envelope))
            }
            let consumer = broker.makeConsumer(ConsumerConfiguration(queues: [queue]), logger: logger)
            let deliveries = try await consumer.reserve { 5 }
            #expect(deliveries.count == 1)
            // Nothing of the other one is left, as whose failure somebody would end this consumer.
            #expect(try await fixture.redis.send(RawCommand("HLEN", "unacked")).decodeInt() == 1)
            let running = try await fixture.redis.send(RawCommand("KEYS", "swift-celery:running:*")).decodeArray()
            #expect(running.isEmpty)
            // One that this consumer handed back itself is read again.
            try await consumer.release(deliveries, countingLoss: false)
            #expect(try await consumer.reserve { 5 }.count == 1)
            #expect(try await fixture.redis.send(RawCommand("HLEN", "unacked")).decodeInt() == 1)
        }
    }

    @Test func `what a broadcast leads to is sent, and a queue that was its consumer's own goes with it`() async throws
    {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            let queue = Queue.broadcast("news")
            try await broker.declare([queue, video])
            try await consuming(broker, [queue]) { consumer in
                try await listeners(fixture)
                try await fixture.send(broker, to: .exchange("news", type: .fanout, routingKey: ""))
                let deliveries = try await consumer.reserve { 1 }
                let next = OutgoingMessage(
                    to: .exchange("media", type: .topic, routingKey: "media.video.cut"),
                    message: TaskCall(task: "t").message()
                )
                let completion = Completion(deliveries: deliveries, effects: [.publish(next)])
                _ = try await consumer.complete(completion, storingIn: RedisResultBackend(fixture.redis))
                #expect(try await fixture.length("video") == 1)
                _ = try await consumer.close()
                #expect(try await fixture.members("_kombu.binding.news").isEmpty)
            }
        }
    }

    @Test func `queues are added and cancelled while a consumer waits`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            try await consuming(broker, ["a"]) { consumer in
                async let deliveries = consumer.reserve { 1 }
                try await fixture.send(broker, to: .queue("b"))
                consumer.add("b")
                consumer.add("b")
                #expect(try await deliveries.map(\.queue) == ["b"])
                #expect(consumer.queues == ["a", "b"])
                async let next = consumer.reserve { 1 }
                try await fixture.send(broker, to: .queue("b"))
                #expect(try await next.map(\.queue) == ["b"])
                consumer.cancel("b")
                try await fixture.send(broker, to: .queue("b"))
                try await fixture.send(broker, to: .queue("a"))
                #expect(try await consumer.reserve { 5 }.map(\.queue) == ["a"])
                #expect(try await fixture.length("b") == 1)
            }
        }
    }

    @Test func `queues are read in the order that is asked for, within each priority`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            for queue in ["b", "a", "c"] as [QueueName] {
                for priority in [9, 0] { try await fixture.send(broker, to: .queue(queue), priority: priority) }
            }
            let configuration = ConsumerConfiguration(queues: ["c", "b", "a"], queueOrder: .priority)
            let consumer = broker.makeConsumer(configuration, logger: logger)
            let order = try await consumer.reserve { 4 }.map(\.queue)
            #expect(order == ["c", "b", "a", "c"])
            let sorted = ConsumerConfiguration(queues: ["b", "a"], queueOrder: .sorted)
            #expect(try await broker.makeConsumer(sorted, logger: logger).reserve { 1 }.map(\.queue) == ["a"])
        }
    }

    @Test func `queues that expire are kept while they are read`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            let brief = Queue("brief", exchange: Exchange("bx"), expires: .seconds(3))
            try await broker.declare([brief])
            try await consuming(broker, [brief]) { _ in
                try await fixture.send(broker, to: .queue("brief"))
                var left = 3000
                while true {
                    let now = try await fixture.redis.send(RawCommand("PTTL", "brief")).decodeInt()
                    try #require(now > 0)
                    // It grows when the reader says that it is still there.
                    if now > left { break }
                    left = now
                    // Redis tells nobody when a time to live is changed.
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
        }
    }

    // MARK: Going back

    /// Puts a message into `unacked` as a Python worker has it, overdue since long.
    private func hold(_ fixture: Fixture, exchange: String, routingKey: String) async throws {
        var call = TaskCall(task: "t")
        call.destination = Destination(exchange: exchange, routingKey: routingKey)
        let envelope = try JSONValue(parsing: call.message().envelope())
        let entry: JSONValue = [envelope, .string(exchange), .string(routingKey)]
        _ = try await fixture.redis.send(RawCommand("HSET", "unacked", "tag", entry.serialized()))
        _ = try await fixture.redis.send(RawCommand("ZADD", "unacked_index", 1, "tag"))
    }

    @Test func `an overdue message goes back to every queue that its exchange and key lead to`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            try await broker.declare([video, image])
            try await hold(fixture, exchange: "media", routingKey: "media.video.image")
            try await Recovery(
                redis: fixture.redis,
                keys: broker.keys,
                routing: broker.routing,
                consumer: "test",
                logger: logger
            )
            .restoreOverdue(["tag"])
            for queue in ["video", "image"] {
                let bytes = try #require(try await fixture.redis.send(RawCommand("LINDEX", queue, 0)).bytes)
                #expect(try Message(envelope: bytes).properties.isRedelivered)
            }
            #expect(try await fixture.exists("unacked") == false)
        }
    }

    @Test func `an overdue message of an exchange without a table goes to the queue of its key`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            try await hold(fixture, exchange: "gone", routingKey: "key")
            try await Recovery(
                redis: fixture.redis,
                keys: broker.keys,
                routing: broker.routing,
                consumer: "test",
                logger: logger
            )
            .restoreOverdue(["tag"])
            #expect(try await fixture.length("key") == 1)
        }
    }

    @Test func `a retry is sent again by exchange and key, or to its queue when these lead nowhere`() async throws {
        try await withRedis { fixture in
            let broker = RedisBroker(fixture.redis)
            try await broker.declare([Queue("dq", exchange: Exchange("dx"), routingKey: "dkey")])
            try await fixture.send(broker, to: .exchange("dx", type: .direct, routingKey: "dkey"))
            let consumer = broker.makeConsumer(ConsumerConfiguration(queues: ["dq"]), logger: logger)
            for _ in 0..<2 {
                let delivery = try #require(try await consumer.reserve { 1 }.first)
                let message = try TaskMessage(Message(envelope: delivery.envelope)).retry(at: Date())
                let again = OutgoingMessage(
                    to: .exchange("dx", type: nil, routingKey: message.properties.routingKey),
                    message: message,
                    fallback: delivery.queue
                )
                let completion = Completion(deliveries: [delivery], effects: [.publish(again)])
                _ = try await consumer.complete(completion, storingIn: RedisResultBackend(fixture.redis))
                #expect(try await fixture.length("dq") == 1)
                try await broker.delete([Queue("other", exchange: Exchange("dx"), routingKey: "dkey")])
                _ = try await fixture.redis.send(RawCommand("DEL", "_kombu.binding.dx"))
            }
        }
    }
}
