internal import Celery
public import Logging
public import Redis
public import ServiceLifecycle

/// A cache of JSON values in Redis, shared with Python programs.
///
/// Values are written as Python's `json.dumps(value, ensure_ascii=False)` writes them, under the very keys that are
/// given, so that both sides read each other's values.
///
/// ```swift
/// let cache = CacheService(redis: redis, logger: logger)
/// try await cache.set("pdf:42:metadata", ["filename": "report.pdf", "chunk_count": 7], ttl: .seconds(3600))
/// let metadata = try await cache.get("pdf:42:metadata")
/// ```
///
/// ## Memory in front of Redis
///
/// With ``CacheConfiguration/memory``, and while ``run()`` runs, values that were read are kept in this process. Redis
/// itself tells when one of them changes, whoever changes it, expiry and eviction included; no other program has to know
/// of it. What can be relied on:
/// - What is stored, deleted or cleared through this service is seen at once: no reading that begins after the call
///   returned gives an older value.
/// - What other programs change is seen when Redis' message about it arrives. Redis sends it in the same moment in which
///   it answers the other program, so the window is that of one message on its way: well below a millisecond on one
///   machine. It is a window: a reader who must see another program's change after hearing of it elsewhere needs a cache
///   without memory.
/// - When messages do not arrive, because a connection broke or the network fell silent, the memory is not used:
///   at once in the first case, after ``CacheConfiguration/Memory/maximumSilence`` at the latest in the second.
/// - No value is answered after its time to live, by a clock that counts from before the reading.
public final class CacheService: Service, Sendable {
    let redis: RedisClient
    let configuration: CacheConfiguration
    let memory: MemoryFront?
    let flights = SingleFlight<[UInt8], JSONValue>()
    let health: CacheHealth

    /// Creates a cache.
    ///
    /// - Parameters:
    ///   - redis: The client, which the service does not close.
    ///   - configuration: How the cache works.
    ///   - logger: For outages.
    public init(redis: RedisClient, configuration: CacheConfiguration = CacheConfiguration(), logger: Logger) {
        self.redis = redis
        self.configuration = configuration
        self.memory = configuration.memory.map { MemoryFront(redis: redis, configuration: $0, logger: logger) }
        self.health = CacheHealth(retryPause: configuration.retryPause, logger: logger)
    }

    /// Keeps the memory in front of Redis up to date, until graceful shutdown or cancellation.
    ///
    /// The cache works without it, but then reads everything from Redis. In a service group, it comes after the client.
    public func run() async throws {
        guard let memory else {
            // Throws on cancellation, which ends the wait like a shutdown.
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown { await memory.run() }
    }

    /// What the memory in front of Redis holds and has done; nil without one.
    public var memoryStatistics: CacheStatistics? { memory?.statistics }
}
