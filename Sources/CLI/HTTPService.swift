import Celery
import CeleryRedis
import CommandSupport
import Foundation
import HTTPAPI
import Logging
import NIOCore
import Redis
import ServiceLifecycle

/// The HTTP API as a service of this program.
struct HTTPService: Service {
    private let application: any Service
    private let connectionLogs: [ConnectionLog]
    private let place: String

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - configuration: Where it listens.
    ///   - settings: Where the broker and the result backend are.
    ///   - connections: The clients, to which it adds its own.
    ///   - logger: Where it reports.
    init(
        _ configuration: HTTPAPIConfiguration,
        settings: Settings,
        connections: inout Connections,
        logger: Logger
    ) {
        let servers = [connections.client(of: settings.broker), connections.client(of: settings.results)]
        let client = CeleryClient(
            broker: connections.broker(),
            results: connections.results(),
            router: settings.router,
            content: settings.content
        )
        // Broker and results may be one server.
        let watched = servers[0] === servers[1] ? [servers[0]] : servers
        connectionLogs = watched.map { ConnectionLog(updates: $0.connectionUpdates(), logger: logger) }
        place = "\(configuration.host):\(configuration.port)"
        application = buildApplication(
            client: client,
            configuration: configuration,
            readiness: {
                for server in servers { _ = try await server.send(RawCommand("PING")) }
                return true
            },
            logger: logger
        )
    }

    func run() async throws {
        do {
            try await withThrowingDiscardingTaskGroup { group in
                for log in connectionLogs { group.addTask { await log.run() } }
                defer { group.cancelAll() }
                try await application.run()
            }
        } catch let error as IOError {
            throw CommandError("cannot listen on \(place): \(String(cString: strerror(error.errnoCode)))")
        }
    }
}
