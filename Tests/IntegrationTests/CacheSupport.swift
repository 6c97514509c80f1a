import Cache
import Celery
import Logging
import Redis
import Testing

/// Starts a server, and runs `body` with a client of it and a cache.
func withCache<R>(
    _ options: RedisServerOptions = RedisServerOptions(),
    memory: CacheConfiguration.Memory? = nil,
    _ body: (RedisServer, RedisClient, CacheService) async throws -> R
) async throws -> R {
    try await withRedis(options) { server, redis in
        try await withCacheService(of: redis, memory: memory) { try await body(server, redis, $0) }
    }
}

/// Runs `body` with a cache whose service runs; with memory, `body` begins when the memory is in use.
func withCacheService<R>(
    of redis: RedisClient,
    memory: CacheConfiguration.Memory? = nil,
    _ body: (CacheService) async throws -> R
) async throws -> R {
    var configuration = CacheConfiguration(memory: memory)
    // A slow machine shall not make a test compute where it expects an answer of Redis.
    configuration.patience = .seconds(30)
    let cache = CacheService(redis: redis, configuration: configuration, logger: Logger(label: "test"))
    return try await withThrowingTaskGroup { group in
        group.addTask { try await cache.run() }
        defer { group.cancelAll() }
        if memory != nil { try await eventually { cache.memoryStatistics?.isTracking == true } }
        return try await body(cache)
    }
}

extension CacheConfiguration.Memory {
    /// A memory that forgets only what it hears of: it is put off neither by a slow machine nor while a test waits.
    static let patient = CacheConfiguration.Memory(maximumSilence: .seconds(3600))
}

/// Waits until a condition holds, which something that is under way will bring about.
func eventually(_ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw RedisServer.Failure(description: "what was awaited did not happen")
        }
        await Task.yield()
    }
}

/// The error that `body` throws as a ``CacheError``.
func cacheError(_ body: () async throws -> Void) async throws -> CacheError {
    do {
        try await body()
    } catch let error as CacheError {
        return error
    }
    throw RedisServer.Failure(description: "nothing was thrown")
}
