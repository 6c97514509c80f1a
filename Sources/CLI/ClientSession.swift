import Celery
import CeleryRedis
import CommandSupport
import Logging
import Redis

/// A client and its broker for one command.
enum ClientSession {
    /// How long a person waits for a server that does not answer.
    private static let patience = Duration.seconds(5)

    /// Does something with a client and its broker, and closes its connections.
    ///
    /// - Parameters:
    ///   - servers: The flags that say where the servers are.
    ///   - logs: The flags that say what is logged.
    ///   - body: What to do.
    /// - Returns: What `body` returns.
    /// - Throws: ``CommandError`` for failures of the servers, and what `body` throws.
    static func run<R>(
        _ servers: ServerOptions,
        _ logs: LogOptions,
        _ body: (CeleryClient, RedisBroker) async throws -> R
    ) async throws -> R {
        var flags = servers.flags
        // What a command has to say is its result or its error; more only when asked for.
        flags.add(.logLevel, logs.level ?? "critical")
        flags.add(.logFormat, logs.format)
        let source = try await SettingsSource(flags: flags)
        var settings = try await Settings(from: source)
        settings.limitWaiting(to: patience)
        try settings.logging.bootstrap()
        let logger = Logger(label: "celery-pdf")
        var connections = Connections(settings, logger: logger)
        let broker = connections.broker()
        let client = CeleryClient(
            broker: broker,
            results: connections.results(),
            router: settings.router,
            content: settings.content
        )
        let result: Result<R, any Error>
        do {
            result = .success(try await body(client, broker))
        } catch let error as CeleryError {
            result = .failure(CommandError(error))
        } catch {
            result = .failure(error)
        }
        for redis in connections.all { await redis.close() }
        return try result.get()
    }
}
