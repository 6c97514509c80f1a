import Cache
import Celery
import CeleryRedis
import Logging
import Redis

// What is here takes a server: it is compiled, and the tests of Redis and of the cache run the like of it.

private func connect() async throws -> (RedisBroker, RedisResultBackend) {
    let configuration = try RedisClientConfiguration(url: "redis://localhost:6379/0")
    let redis = RedisClient(configuration: configuration, logger: logger)
    let broker = RedisBroker(redis)
    let results = RedisResultBackend(redis, settings: ResultSettings(expires: .seconds(3600)))

    return (broker, results)
}

private func greet() async throws -> Bool {
    let configuration = try RedisClientConfiguration(url: "redis://localhost:6379/0")
    let redis = RedisClient(configuration: configuration, logger: logger)
    _ = try await redis.send(SetEx("greeting", seconds: 60, value: "hello"))
    let greeting = try await redis.send(Get("greeting"))

    return greeting != nil
}

private func encoding(_ redis: RedisClient) async throws -> RedisValue {
    let reply = try await redis.send(["OBJECT", "ENCODING", "key"])

    return reply
}

struct StringLength: RedisCommand {
    var key: String

    var name: String { "STRLEN" }
    func encode(into writer: inout RESPWriter) { writer.write(key) }
    func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}

struct TakeOver: RedisScript {
    static let source = RedisScriptSource("return redis.call('GETSET', KEYS[1], ARGV[1])")
    var key: String
    var owner: String

    var keys: [String] { [key] }
    var arguments: [any RedisArgument] { [owner] }
    func decode(_ reply: RedisValue) throws(RedisError) -> String? { reply.string }
}

private func show(_ message: RedisMessage) {}
private func readEverythingAgain() async {}

private func listen(_ redis: RedisClient) async throws {
    try await redis.subscribe(to: ["news"]) { subscription in
        for try await event in subscription.events {
            switch event {
            case .message(let message): show(message)
            default: await readEverythingAgain()
            }
        }
    }
}

private struct Model {
    func answer(_ question: String) async throws -> String { question }
}

private func cache(_ redis: RedisClient, _ question: String) async throws -> JSONValue? {
    let model = Model()
    let cache = CacheService(redis: redis, logger: logger)
    try await cache.set("pdf:42:metadata", ["filename": "report.pdf", "chunk_count": 7], ttl: .seconds(3600))
    let metadata = try await cache.get("pdf:42:metadata")

    func once() async throws -> String {
        let answer: String = try await cache.cached(prefix: "get_answer", args: [.string(question)]) {
            try await model.answer(question)
        }

        return answer
    }
    _ = try await once()
    let answer = cache.caching(prefix: "get_answer", ttl: .seconds(60)) { (question: String) in
        try await model.answer(question)
    }
    print(try await answer("什么是 BM25?"))

    let key = CacheKey(prefix: "get_answer", args: ["什么是 BM25?"], kwargs: ["top_k": 5]).rawValue  // "get_answer:…"

    return key.isEmpty ? nil : metadata
}
