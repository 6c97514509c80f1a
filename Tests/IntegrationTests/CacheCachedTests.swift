import Cache
import Celery
import Logging
import Redis
import Synchronization
import Testing

@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(2)))
struct CacheCachedTests {
    struct Failure: Error {}

    /// Counts calls.
    final class Counter: Sendable {
        private let value = Mutex(0)

        var count: Int { value.withLock { $0 } }

        func increment() { value.withLock { $0 += 1 } }
    }

    @Test func `a second call gives the cached result`() async throws {
        try await withCache { _, redis, cache in
            let calls = Counter()
            let double = cache.caching(prefix: "expensive_function", ttl: .seconds(60)) { (x: Int) in
                calls.increment()
                return x * 2
            }
            #expect(try await double(21) == 42)
            #expect(calls.count == 1)
            #expect(try await double(21) == 42)
            #expect(calls.count == 1)
            #expect(try await double(4) == 8)
            #expect(calls.count == 2)

            // The key that Python gives the call `expensive_function(21)`.
            #expect(try double.key(21).rawValue == "expensive_function:e5be9de9f7e8")
            #expect(try await redis.send(["GET", "expensive_function:e5be9de9f7e8"]).string == "42")
            let left = try await redis.send(["TTL", "expensive_function:e5be9de9f7e8"]).decodeInt()
            #expect(left <= 60 && left > 0)
        }
    }

    @Test func `keyword arguments and Swift types are cached`() async throws {
        struct Answer: Codable, Hashable, Sendable { var text: String }
        try await withCache { _, redis, cache in
            let calls = Counter()
            for _ in 0..<2 {
                let answer = try await cache.cached(prefix: "qa", args: ["什么是 BM25?"], kwargs: ["top_k": 5]) {
                    calls.increment()
                    return Answer(text: "一种排序函数")
                }
                #expect(answer == Answer(text: "一种排序函数"))
            }
            #expect(calls.count == 1)
            #expect(try await redis.send(["GET", "qa:29668b7e7a4c"]).string == #"{"text": "一种排序函数"}"#)
            #expect(try await redis.send(["TTL", "qa:29668b7e7a4c"]).decodeInt() > 200)
        }
    }

    @Test func `a cached null is a hit`() async throws {
        try await withCache { _, _, cache in
            let calls = Counter()
            let find = cache.caching(prefix: "find") { (name: String) -> Int? in
                calls.increment()
                return nil
            }
            let results = [try await find("a"), try await find("a")]
            #expect(results == [nil, nil])
            #expect(calls.count == 1)
        }
    }

    @Test func `what is stored in another shape is computed again`() async throws {
        try await withCache { _, _, cache in
            let key = CacheKey(prefix: "f").rawValue
            try await cache.set(key, ["not", "a", "number"])
            #expect(try await cache.cached(prefix: "f") { 7 } == 7)
            #expect(try await cache.get(key) == 7)
        }
    }

    @Test func `an error is thrown and not cached`() async throws {
        try await withCache { _, redis, cache in
            await #expect(throws: Failure.self) {
                try await cache.cached(prefix: "f") { () async throws -> Int in throw Failure() }
            }
            let keys = try await redis.send(["DBSIZE"]).decodeInt()
            #expect(keys == 0)
            #expect(try await cache.cached(prefix: "f") { 7 } == 7)
        }
    }

    @Test func `calls at the same time compute once`() async throws {
        try await withCache { _, _, cache in
            let calls = Counter()
            let (gate, opener) = AsyncStream<Void>.makeStream()
            let slow = cache.caching(prefix: "slow") { (x: Int) in
                calls.increment()
                for await _ in gate {}
                return x
            }
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await slow(7) } }
                try await eventually { calls.count == 1 }
                opener.finish()
                for try await result in group { #expect(result == 7) }
            }
            #expect(calls.count == 1)
        }
    }

    @Test func `while Redis is away each call is computed and the log tells once`() async throws {
        try await withRedisServer { server in
            let log = LogRecorder()
            var configuration = server.configuration(timeout: .seconds(20))
            configuration.backoff = .init(minimum: .milliseconds(1), maximum: .milliseconds(5))
            try await withClient(configuration) { redis in
                var settings = CacheConfiguration()
                settings.patience = .milliseconds(200)
                settings.retryPause = .zero
                let cache = CacheService(redis: redis, configuration: settings, logger: log.logger)
                await server.kill()
                let calls = Counter()
                let compute = cache.caching(prefix: "f") { (x: Int) in
                    calls.increment()
                    return x
                }
                for _ in 0..<3 { #expect(try await compute(7) == 7) }
                #expect(calls.count == 3)
                #expect(log.messages(.warning).count == 1)
                #expect(log.messages(.info).isEmpty)

                try await server.restart()
                // Each call asks again, until one finds Redis there.
                try await eventually {
                    let before = calls.count
                    _ = try await compute(7)
                    return calls.count == before
                }
                #expect(log.messages(.warning).count == 1)
                #expect(log.messages(.info).count == 1)
            }
        }
    }

    @Test func `in an outage calls do not wait for Redis each time`() async throws {
        var configuration = RedisClientConfiguration(port: try RedisServer.freePort())
        configuration.commandTimeout = .seconds(3600)
        try await withClient(configuration) { redis in
            var settings = CacheConfiguration()
            settings.patience = .milliseconds(50)
            settings.retryPause = .seconds(3600)
            let cache = CacheService(redis: redis, configuration: settings, logger: Logger(label: "test"))
            // More than the time limit of this test, were each of them to wait.
            for number in 0..<10_000 {
                let result = try await cache.cached(prefix: "f", args: [.integer(number)]) { number }
                #expect(result == number)
            }
        }
    }
}

/// Keeps what is logged.
final class LogRecorder: Sendable {
    private let entries = Mutex<[(level: Logger.Level, message: String)]>([])

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(recorder: self) }
        logger.logLevel = .trace
        return logger
    }

    func messages(_ level: Logger.Level) -> [String] {
        entries.withLock { entries in entries.filter { $0.level == level }.map(\.message) }
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            recorder.entries.withLock { $0.append((event.level, event.message.description)) }
        }
    }
}
