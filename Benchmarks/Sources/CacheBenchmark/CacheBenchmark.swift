import Cache
import Celery
import Logging
import Redis

/// Writes and reads 1 KB values as fast as the cache goes; the counterpart of `bench/cache_client.py`.
///
/// `cache-benchmark sequential|tasks|memory URL COUNT` prints one line of JSON for the writing and one for the reading.
@main
struct CacheBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard
            arguments.count == 3,
            let mode = arguments.first.flatMap(Mode.init(rawValue:)),
            let url = arguments.dropFirst().first,
            let count = arguments.last.flatMap({ Int($0) })
        else { throw UsageError() }
        let logger = Logger(label: "cache-benchmark")
        let redis = RedisClient(configuration: try RedisClientConfiguration(url: url), logger: logger)
        let configuration = CacheConfiguration(memory: mode == .memory ? .init() : nil)
        let cache = CacheService(redis: redis, configuration: configuration, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Keeps the memory in front of Redis up to date; without one, waits for the end.
            group.addTask { try await cache.run() }
            let load = CacheLoad(cache: cache, callers: mode == .sequential ? 1 : 64)
            for operation in CacheLoad.Operation.allCases {
                // Connections are made, and whatever is done once is done, before the clock starts.
                _ = try await load.run(operation, count: CacheLoad.keys)
                let measured = try await load.run(operation, count: count)
                print(String(decoding: measured.line(for: operation).serialized(), as: UTF8.self))
            }
            group.cancelAll()
        }
        await redis.close()
    }
}

enum Mode: String {
    /// One operation after the other.
    case sequential
    /// Many tasks at once.
    case tasks
    /// Many tasks, with a memory in front of Redis.
    case memory
}

struct UsageError: Error, CustomStringConvertible {
    let description = "usage: cache-benchmark sequential|tasks|memory URL COUNT"
}
