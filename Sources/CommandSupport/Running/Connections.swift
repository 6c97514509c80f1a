package import CeleryRedis
package import Logging
package import Redis

/// The Redis clients of a program, one for each server: what shares a server shares its connections.
///
/// With one client for both, the worker also ends a task and stores its result in one transaction.
package struct Connections {
    private let settings: Settings
    private let logger: Logger
    private var clients: [RedisClientConfiguration: RedisClient] = [:]

    /// All clients that were asked for, in the order of their making.
    package private(set) var all: [RedisClient] = []

    /// Makes a set without clients.
    ///
    /// - Parameters:
    ///   - settings: Where the servers are.
    ///   - logger: Where clients report.
    package init(_ settings: Settings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// The client of a server.
    ///
    /// Nothing is connected before it is used.
    package mutating func client(of address: ServerAddress) -> RedisClient {
        if let client = clients[address.configuration] { return client }
        let client = RedisClient(configuration: address.configuration, logger: logger)
        clients[address.configuration] = client
        all.append(client)
        return client
    }

    /// The broker.
    package mutating func broker() -> RedisBroker {
        RedisBroker(client(of: settings.broker), options: settings.transport)
    }

    /// The result backend.
    package mutating func results() -> RedisResultBackend {
        RedisResultBackend(
            client(of: settings.results),
            settings: settings.resultSettings,
            keyPrefix: settings.resultKeyPrefix
        )
    }
}
