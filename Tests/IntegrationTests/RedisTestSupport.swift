import Logging
import Redis
import Testing

extension RedisServer {
    /// A configuration for this server with short times, so that a test of a failure is not long.
    func configuration(timeout: Duration = .seconds(20)) -> RedisClientConfiguration {
        var configuration = RedisClientConfiguration(host: host, port: port)
        configuration.commandTimeout = timeout
        configuration.connectTimeout = timeout
        configuration.backoff = .init(minimum: .milliseconds(5), maximum: .milliseconds(100))
        return configuration
    }
}

/// Starts a server, runs `body` with a client of it, and ends both.
func withRedis<R>(
    _ options: RedisServerOptions = RedisServerOptions(),
    timeout: Duration = .seconds(20),
    changing change: (inout RedisClientConfiguration) -> Void = { _ in },
    _ body: (RedisServer, RedisClient) async throws -> R
) async throws -> R {
    try await withRedisServer(options) { server in
        var configuration = server.configuration(timeout: timeout)
        change(&configuration)
        return try await withClient(configuration) { try await body(server, $0) }
    }
}

/// Runs `body` with a client and closes it.
func withClient<R>(
    _ configuration: RedisClientConfiguration,
    _ body: (RedisClient) async throws -> R
) async throws -> R {
    let client = RedisClient(configuration: configuration, logger: Logger(label: "test"))
    let result: Result<R, any Error>
    do {
        result = .success(try await body(client))
    } catch {
        result = .failure(error)
    }
    await client.close()
    return try result.get()
}

/// The error that `body` throws as a ``RedisError``.
func redisError(_ body: () async throws -> Void) async throws -> RedisError {
    do {
        try await body()
    } catch let error as RedisError {
        return error
    }
    throw RedisServer.Failure(description: "nothing was thrown")
}

/// Asks again until the answer is as wished, or a generous deadline has passed; gives the last answer.
func eventually<Value>(
    _ ask: () async throws -> Value,
    until isWished: (Value) -> Bool
) async throws -> Value {
    let deadline = ContinuousClock.now + .seconds(30)
    while true {
        let value = try await ask()
        if isWished(value) || ContinuousClock.now > deadline { return value }
        await Task.yield()
    }
}
