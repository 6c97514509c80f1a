import Cache
import Celery
import Logging
import Redis
import Testing

@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(2)))
struct CacheMemoryTests {
    /// Reads a key until it is answered from memory.
    func remember(_ key: String, in cache: CacheService) async throws {
        try await eventually {
            let hits = cache.memoryStatistics?.hits
            _ = try await cache.get(key)
            return cache.memoryStatistics?.hits != hits
        }
    }

    @Test func `a value that was read is answered without Redis`() async throws {
        try await withCache(memory: .patient) { _, redis, cache in
            try await cache.set("key", ["text": "中文"], ttl: .seconds(60))
            try await remember("key", in: cache)
            _ = try await redis.send(["CONFIG", "RESETSTAT"])
            for _ in 0..<100 { #expect(try await cache.get("key") == ["text": "中文"]) }
            let calls = try #require(try await redis.send(["INFO", "commandstats"]).string)
            #expect(!calls.contains("cmdstat_get:"))
            #expect(cache.memoryStatistics?.entries == 1)
        }
    }

    @Test func `a cached result is answered without Redis`() async throws {
        try await withCache(memory: .patient) { _, redis, cache in
            let double = cache.caching(prefix: "double") { (x: Int) in x * 2 }
            #expect(try await double(21) == 42)
            try await remember(try double.key(21).rawValue, in: cache)
            _ = try await redis.send(["CONFIG", "RESETSTAT"])
            for _ in 0..<100 { #expect(try await double(21) == 42) }
            let calls = try #require(try await redis.send(["INFO", "commandstats"]).string)
            #expect(!calls.contains("cmdstat_get:"))
        }
    }

    @Test(arguments: [
        ["SET", "key", "\"new\""], ["SETEX", "key", "60", "\"new\""], ["RENAME", "other", "key"],
        ["COPY", "other", "key", "REPLACE"],
    ])
    func `what another client stores is seen`(command: [String]) async throws {
        try await withCache(memory: .patient) { _, redis, cache in
            try await cache.set("other", "new")
            try await cache.set("key", "old")
            try await remember("key", in: cache)
            _ = try await redis.send(RawCommand(command[0], arguments: Array(command[1...])))
            try await eventually { try await cache.get("key") == "new" }
        }
    }

    @Test(arguments: [
        ["DEL", "key"], ["UNLINK", "key"], ["PEXPIRE", "key", "1"], ["FLUSHALL"], ["FLUSHDB"], ["RENAME", "key", "x"],
        ["EVAL", "return redis.call('DEL', KEYS[1])", "1", "key"],
    ])
    func `what another client removes is gone`(command: [String]) async throws {
        try await withCache(memory: .patient) { _, redis, cache in
            try await cache.set("key", "old", ttl: .seconds(3600))
            try await remember("key", in: cache)
            _ = try await redis.send(RawCommand(command[0], arguments: Array(command[1...])))
            try await eventually { try await cache.get("key") == nil }
            #expect(cache.memoryStatistics?.entries == 0)
        }
    }

    @Test func `what this service changes is seen at once`() async throws {
        try await withCache(memory: .patient) { _, _, cache in
            for number in 0..<300 {
                try await cache.set("pdf:key", .integer(number))
                #expect(try await cache.get("pdf:key") == .integer(number))
                _ = try await cache.get("pdf:key")
                switch number % 3 {
                case 0: try await cache.delete("pdf:key")
                case 1: try await cache.clearPattern("pdf:*")
                default: continue
                }
                #expect(try await cache.get("pdf:key") == nil)
            }
        }
    }

    @Test func `what this service deletes is gone for readers who are reading meanwhile`() async throws {
        try await withCache(memory: .patient) { _, _, cache in
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        while !Task.isCancelled {
                            _ = try? await cache.get("key")
                            // A hit does not suspend.
                            await Task.yield()
                        }
                    }
                }
                defer { group.cancelAll() }
                for number in 0..<300 {
                    try await cache.setAll([("key", .integer(number))])
                    #expect(try await cache.get("key") == .integer(number))
                    try await cache.delete("key")
                    #expect(try await cache.get("key") == nil)
                }
            }
        }
    }

    @Test func `no reader ever goes back to an older value`() async throws {
        try await withCache(memory: .patient) { _, redis, cache in
            try await cache.set("counter", 0)
            let last = 2000
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        var seen = 0
                        while seen < last {
                            let value = try await cache.get("counter")?.intValue ?? -1
                            #expect(value >= seen)
                            seen = value
                            await Task.yield()
                        }
                        return seen
                    }
                }
                for _ in 0..<last { _ = try await redis.send(["INCR", "counter"]) }
                for try await seen in group { #expect(seen == last) }
            }
        }
    }

    @Test(arguments: ["subscription", "tracking"])
    func `after a connection is lost nothing that changed meanwhile is missed`(which: String) async throws {
        try await withCache(memory: .patient) { _, redis, cache in
            for number in 0..<20 {
                try await cache.set("key", .integer(number))
                try await remember("key", in: cache)
                let id = try await clientID(of: which, redis)
                // In one step, so that the server cannot tell anybody of the change.
                _ = try await redis.transaction([
                    ["CLIENT", "KILL", "ID", id], RawCommand("SET", "key", "\(number + 1)"),
                ])
                try await eventually { try await cache.get("key") == .integer(number + 1) }
                try await eventually { cache.memoryStatistics?.isTracking == true }
            }
        }
    }

    @Test func `the memory is in use again after a restart of the server`() async throws {
        try await withCache(memory: .patient) { server, _, cache in
            try await cache.set("key", "old")
            try await remember("key", in: cache)
            await server.kill()
            try await server.restart()
            try await eventually { try await cache.get("key") == nil }
            try await eventually { cache.memoryStatistics?.isTracking == true }
            try await cache.set("key", "new")
            try await remember("key", in: cache)
            #expect(try await cache.get("key") == "new")
        }
    }

    @Test func `a server that falls silent is not trusted for longer than allowed`() async throws {
        let memory = CacheConfiguration.Memory(maximumSilence: .milliseconds(50))
        try await withRedis(timeout: .milliseconds(500)) { server, redis in
            try await withCacheService(of: redis, memory: memory) { cache in
                try await cache.set("key", "old")
                try await remember("key", in: cache)
                server.suspend()
                defer { server.resume() }
                // Only a question to Redis can fail; the memory would go on answering.
                try await eventually {
                    do {
                        _ = try await cache.get("key")
                        return false
                    } catch let error as CacheError {
                        return error.code == .unavailable
                    }
                }
            }
        }
    }

    @Test func `the memory holds no more than it may`() async throws {
        let memory = CacheConfiguration.Memory(maximumEntries: 10, maximumBytes: 5000, maximumSilence: .seconds(3600))
        try await withCache(memory: memory) { _, _, cache in
            for number in 0..<50 {
                try await cache.set("key\(number)", .string(String(repeating: "x", count: number * 50)))
                _ = try await cache.get("key\(number)")
                let statistics = try #require(cache.memoryStatistics)
                #expect(statistics.entries <= 10)
                #expect(statistics.bytes <= 5000)
            }
            #expect(try #require(cache.memoryStatistics).entries > 0)
        }
    }

    @Test func `a cache whose service does not run reads from Redis`() async throws {
        try await withRedis { _, redis in
            let cache = CacheService(
                redis: redis,
                configuration: CacheConfiguration(memory: .patient),
                logger: LogRecorder().logger
            )
            try await cache.set("key", "value")
            #expect(try await cache.get("key") == "value")
            #expect(try await cache.get("key") == "value")
            #expect(cache.memoryStatistics?.entries == 0)
            #expect(cache.memoryStatistics?.hits == 0)
        }
    }

    @Test func `a server that does not track is used without memory`() async throws {
        try await withRedis { _, redis in
            _ = try await redis.send(["ACL", "SETUSER", "default", "-client|tracking"])
            let log = LogRecorder()
            let cache = CacheService(
                redis: redis,
                configuration: CacheConfiguration(memory: .patient),
                logger: log.logger
            )
            try await withThrowingTaskGroup { group in
                group.addTask { try await cache.run() }
                defer { group.cancelAll() }
                try await eventually { log.messages(.warning) == ["the cache does without memory"] }
                try await cache.set("key", "value")
                #expect(try await cache.get("key") == "value")
                #expect(try await cache.get("key") == "value")
                #expect(cache.memoryStatistics?.hits == 0)
            }
        }
    }

    // The numbers are those of CLIENT LIST: P is a subscriber, t tracks.
    private func clientID(of which: String, _ redis: RedisClient) async throws -> String {
        let flag: Character = which == "subscription" ? "P" : "t"
        let list = try #require(try await redis.send(["CLIENT", "LIST"]).string)
        for line in list.split(separator: "\n") {
            let fields = line.split(separator: " ").map { $0.split(separator: "=", maxSplits: 1) }
            let values = Dictionary(fields.compactMap { $0.count == 2 ? ($0[0], $0[1]) : nil }) { first, _ in first }
            if values["flags"]?.contains(flag) == true, let id = values["id"] { return String(id) }
        }
        throw RedisServer.Failure(description: "there is no such connection")
    }
}
