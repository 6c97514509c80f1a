import Celery
import CeleryRedis
import Foundation
import Logging
import Redis
import Testing

/// A broker and a result backend on a Redis server of the test's own.
struct BrokerFixture: Sendable {
    let redis: RedisClient
    let broker: RedisBroker
    let results: RedisResultBackend

    func send(_ count: Int = 1, to queue: QueueName = "q") async throws -> [TaskID] {
        var ids: [TaskID] = []
        for number in 0..<count {
            let call = TaskCall(task: "t", args: [.integer(number)])
            ids.append(call.id)
            try await broker.publish([OutgoingMessage(queue: queue, message: call.message())])
        }
        return ids
    }

    func length(_ key: String) async throws -> Int {
        try await redis.send(RawCommand("LLEN", key)).decodeInt()
    }

    func held() async throws -> (hash: Int, index: Int) {
        let hash = try await redis.send(RawCommand("HLEN", "unacked")).decodeInt()
        return (hash, try await redis.send(RawCommand("ZCARD", "unacked_index")).decodeInt())
    }
}

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Starts a server and runs `body` with a broker on it.
///
/// - Parameters:
///   - options: How the server is started.
///   - keyPrefix: The broker's `global_keyprefix`.
///   - body: The test.
/// - Throws: What `body` throws.
func withFixture(
    _ options: RedisServerOptions = RedisServerOptions(),
    keyPrefix: String = "",
    _ body: @escaping @Sendable (BrokerFixture) async throws -> Void
) async throws {
    try await withRedis(options) { _, redis in
        let broker = RedisBroker(redis, keyPrefix: keyPrefix)
        try await body(BrokerFixture(redis: redis, broker: broker, results: RedisResultBackend(redis)))
    }
}

/// Runs a consumer while `body` works with it.
func consuming<R: Sendable>(
    _ fixture: BrokerFixture,
    queues: [Queue] = ["q"],
    visibilityTimeout: Duration = .seconds(3600),
    livenessTimeout: Duration = .seconds(10),
    sweepInterval: Duration = .milliseconds(50),
    logger: Logger = quietLogger,
    _ body: @escaping @Sendable (any Consumer) async throws -> R
) async throws -> R {
    let configuration = ConsumerConfiguration(
        queues: queues,
        visibilityTimeout: visibilityTimeout,
        livenessTimeout: livenessTimeout,
        sweepInterval: sweepInterval
    )
    let consumer = fixture.broker.makeConsumer(configuration, logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await consumer.run() }
        defer { group.cancelAll() }
        return try await body(consumer)
    }
}

/// A consumer that dies as soon as it has taken a message.
///
/// - Parameters:
///   - fixture: The broker, with a message in the queue `q`.
///   - count: How many it takes.
///   - before: What it does before it dies.
/// - Returns: The dead consumer and what it took.
/// - Throws: What the consumer throws.
func dyingConsumer(
    _ fixture: BrokerFixture,
    taking count: Int = 1,
    before: (any Consumer, [Delivery]) async throws -> Void = { _, _ in }
) async throws -> (consumer: any Consumer, deliveries: [Delivery]) {
    let consumer = fixture.broker.makeConsumer(
        ConsumerConfiguration(queues: ["q"], livenessTimeout: .milliseconds(50), sweepInterval: .seconds(600)),
        logger: quietLogger
    )
    let deliveries = try await consumer.reserve { count }
    try await before(consumer, deliveries)
    return (consumer, deliveries)
}

extension Completion.Outcome {
    var isDone: Bool {
        if case .done = self { true } else { false }
    }
}
