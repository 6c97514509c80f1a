package import Celery
package import CeleryRedis

/// What every command needs to know: the servers, and how to log.
package struct Settings: Sendable {
    /// Where further settings are read.
    package let source: SettingsSource
    /// The broker.
    package var broker: ServerAddress
    /// The result backend; the broker's server unless given.
    package var results: ServerAddress
    /// Whether somebody has said where the broker is.
    package let isBrokerGiven: Bool
    /// Whether somebody has said where results go.
    package let areResultsGiven: Bool
    /// How messages are kept (`broker_transport_options`).
    package var transport: TransportOptions
    /// Where tasks go (`task_queues`, `task_routes` and the like).
    package var router: TaskRouter
    /// What stands before the keys of results; the broker's prefix unless given.
    package var resultKeyPrefix: String
    /// How results are kept.
    package var resultSettings: ResultSettings
    /// How messages are written and read.
    package var content: ContentSettings
    /// How to log.
    package var logging: LogSettings

    private static let defaultURL = "redis://localhost:6379/0"

    /// Reads the settings.
    ///
    /// - Parameter source: Where they are.
    /// - Throws: ``SettingsError`` when one is not usable.
    package init(from source: SettingsSource) async throws {
        self.source = source
        logging = try await LogSettings(from: source)
        let url: String?
        if let given = try await source.text(.brokerURL) {
            url = given
        } else {
            url = try await Self.urlFromParts(source)
        }
        isBrokerGiven = url != nil
        broker = try ServerAddress(
            url: url ?? Self.defaultURL,
            setting: .brokerURL,
            sentinelOptions: try await source.sentinelOptions(.broker)
        )
        let backend = try await source.text(.resultBackend)
        areResultsGiven = backend != nil
        let sentinels = try await source.sentinelOptions(.results)
        results =
            try backend.map { try ServerAddress(url: $0, setting: .resultBackend, sentinelOptions: sentinels) }
            ?? broker
        if let timeout = try await source.duration(.connectionTimeout) {
            guard timeout > .zero else { throw source.wrong(.connectionTimeout, "a number of seconds, above 0") }
            // Of both, so that a server that is the same stays the same.
            broker = broker.connecting(within: timeout)
            results = results.connecting(within: timeout)
        }
        transport = try await TransportOptions(from: source, broker: broker)
        router = try await TaskRouter(from: source)
        resultKeyPrefix = try await Self.resultKeyPrefix(source, results) ?? transport.globalKeyPrefix
        resultSettings = try await ResultSettings(from: source)
        content = try await ContentSettings(from: source)
    }

    /// Has commands to the servers fail after a time, for programs that a person waits for.
    package mutating func limitWaiting(to time: Duration) {
        broker = broker.limitingWaiting(to: time)
        results = results.limitingWaiting(to: time)
    }

    private static func resultKeyPrefix(_ source: SettingsSource, _ results: ServerAddress) async throws -> String? {
        if let prefix = try await source.text(.backendKeyPrefix) { return prefix }
        return results.transportOptions["global_keyprefix"]
    }

    private static func urlFromParts(_ source: SettingsSource) async throws -> String? {
        let host = try await source.text(.redisHost)
        let port = try await source.integer(.redisPort, atLeast: 1)
        let database = try await source.integer(.redisDatabase, atLeast: 0)
        let password = try await source.textOrInteger(.redisPassword)
        if host == nil, port == nil, database == nil, password == nil { return nil }
        return ServerAddress.url(
            host: host ?? "localhost",
            port: port ?? 6379,
            database: database ?? 0,
            password: password
        )
    }
}
