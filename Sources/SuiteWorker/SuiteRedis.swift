import Celery
import Foundation
import Logging
import Redis

/// The server to which tasks of the suite write by themselves: that of `REDIS_HOST` and `REDIS_PORT`.
struct SuiteRedis: Sendable {
    let client: RedisClient

    init(logger: Logger) {
        let environment = ProcessInfo.processInfo.environment
        let configuration = RedisClientConfiguration(
            host: environment["REDIS_HOST"] ?? "localhost",
            port: environment["REDIS_PORT"].flatMap(Int.init) ?? 6379
        )
        client = RedisClient(configuration: configuration, logger: logger)
    }

    /// Adds a text to a list.
    func echo(_ text: String, to key: String = "redis-echo") async throws {
        _ = try await client.send(RPush(key, values: [text]))
    }

    /// Adds one to a counter.
    func count(_ key: String = "redis-count") async throws {
        _ = try await client.send(Incr(key))
    }

    /// Adds a value to a list as Python's client does, which takes texts, bytes and numbers and refuses anything else.
    func echo(_ value: JSONValue, to key: String) async throws {
        switch value {
        case .string(let text):
            try await echo(text, to: key)
        case .integer, .bigInteger, .double:
            try await echo(value.pythonRepr(), to: key)
        default:
            if let bytes = try? JSONValueDecoder().decode(Data.self, from: value) {
                _ = try await client.send(RPush(key, values: [Array(bytes)]))
                return
            }
            throw PythonException(
                "DataError",
                module: "redis.exceptions",
                message: "Invalid input of another type. Convert to a bytes, string, int or float first."
            )
        }
    }
}
