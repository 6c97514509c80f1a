import Cache
import Celery
import Foundation
import Redis
import Testing

@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(2)))
struct CacheServiceTests {
    struct Metadata: Codable, Hashable, Sendable {
        var filename: String
        var chunkCount: Int
        var title: String?

        enum CodingKeys: String, CodingKey {
            case filename
            case chunkCount = "chunk_count"
            case title
        }
    }

    @Test func `a stored value is read again`() async throws {
        try await withCache { _, _, cache in
            try await cache.set("test_key", ["data": "test_value", "count": 42], ttl: .seconds(60))
            #expect(try await cache.get("test_key") == ["data": "test_value", "count": 42])
        }
    }

    @Test func `a missing key is nil and a stored null is not`() async throws {
        try await withCache { _, _, cache in
            #expect(try await cache.get("nonexistent_key") == nil)
            try await cache.set("null", .null)
            #expect(try await cache.get("null") == .some(.null))
        }
    }

    @Test func `Swift types are stored as JSON and read again`() async throws {
        try await withCache { _, redis, cache in
            let metadata = Metadata(filename: "报告.pdf", chunkCount: 7, title: nil)
            try await cache.set("metadata", metadata, ttl: .seconds(60))
            #expect(try await cache.get("metadata", as: Metadata.self) == metadata)
            let stored = try await redis.send(["GET", "metadata"]).string
            #expect(stored == #"{"filename": "报告.pdf", "chunk_count": 7}"#)
            #expect(try await cache.get("nonexistent_key", as: Metadata.self) == nil)
        }
    }

    @Test(arguments: [
        (Duration.seconds(3600), 3_600_000), (.milliseconds(2_500_500), 2_500_500),
    ])
    func `a value expires after its time to live`(ttl: Duration, milliseconds: Int) async throws {
        let options = RedisServerOptions(config: ["notify-keyspace-events Kx"])
        try await withCache(options) { _, redis, cache in
            try await cache.set("expire_test", "value", ttl: ttl)
            let left = try await redis.send(["PTTL", "expire_test"]).decodeInt()
            #expect(left <= milliseconds && left > milliseconds - 100_000)
            #expect(try await cache.get("expire_test") == "value")
            try await redis.subscribe(to: ["__keyspace@0__:expire_test"]) { subscription in
                _ = try await redis.send(["PEXPIRE", "expire_test", 1])
                let event = try await subscription.first { _ in true }
                #expect(event?.payload == Array("expired".utf8))
            }
            #expect(try await cache.get("expire_test") == nil)
        }
    }

    @Test func `a value without a time to live stays and a new one drops the old time`() async throws {
        try await withCache { _, redis, cache in
            try await cache.set("key", "value", ttl: .seconds(60))
            try await cache.set("key", "other")
            #expect(try await redis.send(["PTTL", "key"]).decodeInt() == -1)
        }
    }

    @Test func `a time to live of zero is refused and nothing is stored`() async throws {
        try await withCache { _, redis, cache in
            try await cache.set("key", "value")
            let error = try await cacheError { try await cache.set("key", "other", ttl: .zero) }
            #expect(error.code == .invalidTTL)
            let other = try await cacheError { try await cache.setAll([("key", "other")], ttl: .zero) }
            #expect(other.code == .invalidTTL)
            #expect(try await cache.get("key") == "value")
        }
    }

    @Test func `a deleted value is gone`() async throws {
        try await withCache { _, _, cache in
            try await cache.set("delete_test", "value")
            #expect(try await cache.delete("delete_test"))
            #expect(try await cache.get("delete_test") == nil)
            #expect(try await !cache.delete("delete_test"))
        }
    }

    @Test func `a pattern clears what it matches and nothing else`() async throws {
        try await withCache { _, _, cache in
            try await cache.set("pdf:123:chunks", [])
            try await cache.set("pdf:123:metadata", [:])
            try await cache.set("pdf:456:chunks", [])
            #expect(try await cache.clearPattern("pdf:123:*") == 2)
            #expect(try await cache.get("pdf:123:chunks") == nil)
            #expect(try await cache.get("pdf:123:metadata") == nil)
            #expect(try await cache.get("pdf:456:chunks") == [])
        }
    }

    @Test func `an escaped identifier clears only its own keys`() async throws {
        try await withCache { _, _, cache in
            try await cache.set("pdf:[a]*:chunks", [])
            try await cache.set("pdf:a:chunks", [])
            try await cache.set("pdf:[a]b:chunks", [])
            #expect(try await cache.clearPattern("pdf:\(CacheKey.escapedForPattern("[a]*")):*") == 1)
            #expect(try await cache.get("pdf:a:chunks") == [])
            #expect(try await cache.get("pdf:[a]b:chunks") == [])
        }
    }

    @Test func `a pattern clears thousands of keys in steps`() async throws {
        try await withCache { _, redis, cache in
            let commands = (0..<5000).map { RawCommand("SET", "pdf:\($0):chunks", "[]") }
            for result in await redis.pipeline(commands) { _ = try result.get() }
            _ = try await redis.send(["SET", "other", "[]"])
            #expect(try await cache.clearPattern("pdf:*") == 5000)
            #expect(try await redis.send(["DBSIZE"]).decodeInt() == 1)
            let calls = try #require(try await redis.send(["INFO", "commandstats"]).string)
            #expect(calls.contains("cmdstat_scan"))
            #expect(!calls.contains("cmdstat_keys"))
        }
    }

    @Test func `several values are stored together`() async throws {
        try await withCache { _, redis, cache in
            let entries: [(key: String, value: JSONValue)] = [
                ("pdf:1:chunks", [["id": "1_chunk_0"]]), ("pdf:1:metadata", ["chunk_count": 1]), ("pdf:1:bm25", [:]),
            ]
            try await cache.setAll(entries, ttl: .seconds(3600))
            for (key, value) in entries {
                #expect(try await cache.get(key) == value)
                #expect(try await redis.send(["TTL", key]).decodeInt() > 3500)
            }
        }
    }

    @Test func `when one of several values is refused none is stored`() async throws {
        try await withCache { _, redis, cache in
            _ = try await redis.send(["ACL", "SETUSER", "default", "resetkeys", "~pdf:*"])
            let error = try await cacheError {
                try await cache.setAll([("pdf:1:chunks", []), ("forbidden", []), ("pdf:1:bm25", [:])])
            }
            #expect(error.code == .refused)
            #expect(error.operation == .setAll)
            #expect(try await cache.get("pdf:1:chunks") == nil)
            #expect(try await cache.get("pdf:1:bm25") == nil)
        }
    }

    @Test func `what is no JSON or of another type is an error without the value`() async throws {
        try await withCache { _, redis, cache in
            _ = try await redis.send(["SET", "broken", "{secret"])
            let broken = try await cacheError { _ = try await cache.get("broken") }
            #expect(broken.code == .undecodable)
            #expect(!"\(broken)".contains("secret"))

            try await cache.set("text", "secret")
            let mistyped = try await cacheError { _ = try await cache.get("text", as: Int.self) }
            #expect(mistyped.code == .undecodable)
            #expect(!"\(mistyped)".contains("secret"))

            _ = try await redis.send(["LPUSH", "list", "secret"])
            let refused = try await cacheError { _ = try await cache.get("list") }
            #expect(refused.code == .refused)
            #expect(refused.operation == .get)
        }
    }

    @Test func `a value that JSON cannot hold is an error`() async throws {
        struct Unwritable: Encodable {
            func encode(to encoder: any Encoder) throws {
                throw EncodingError.invalidValue("secret", .init(codingPath: [], debugDescription: "secret"))
            }
        }
        try await withCache { _, _, cache in
            let error = try await cacheError { try await cache.set("key", Unwritable()) }
            #expect(error.code == .unencodable)
            #expect(!"\(error)".contains("secret"))
        }
    }

    @Test func `an unreachable Redis is an error of each operation`() async throws {
        var configuration = RedisClientConfiguration(port: try RedisServer.freePort())
        configuration.commandTimeout = .milliseconds(50)
        try await withClient(configuration) { redis in
            try await withCacheService(of: redis) { cache in
                let get = try await cacheError { _ = try await cache.get("secret") }
                let set = try await cacheError { try await cache.set("secret", "secret") }
                let setAll = try await cacheError { try await cache.setAll([("secret", "secret")]) }
                let delete = try await cacheError { try await cache.delete("secret") }
                let clear = try await cacheError { try await cache.clearPattern("secret") }
                #expect([get, set, setAll, delete, clear].allSatisfy { $0.code == .unavailable })
                #expect(
                    [get, set, setAll, delete, clear].map(\.operation)
                        == [.get, .set, .setAll, .delete, .clearPattern]
                )
                #expect(!"\([get, set, setAll, delete, clear])".contains("secret"))
            }
        }
    }
}
