public import Celery
public import Hummingbird
public import Logging
import NIOCore

/// Builds the HTTP API as a service.
///
/// It stops gracefully: no new connections, and the requests under way are answered. `client` must work for as long as
/// it runs, so put what `client` needs in front of it in the service group.
///
/// - Parameters:
///   - client: Sends the tasks and reads their results.
///   - configuration: How it listens and what it accepts.
///   - readiness: Whether the broker and the result backend can be used now; throwing means no.
///   - logger: Where it reports.
///   - onListening: Called with the address and the real port once connections are accepted.
/// - Returns: The application, to be run by a service group.
public func buildApplication(
    client: CeleryClient,
    configuration: HTTPAPIConfiguration = .init(),
    readiness: @escaping @Sendable () async throws -> Bool,
    logger: Logger,
    onListening: @escaping @Sendable (_ host: String, _ port: Int) async -> Void = { _, _ in }
) -> some ApplicationProtocol {
    Application(
        responder: buildResponder(client: client, configuration: configuration, readiness: readiness),
        server: .http1(configuration: .init(idleTimeout: TimeAmount(configuration.idleTimeout))),
        configuration: .init(
            address: .hostname(configuration.host, port: configuration.port),
            // As uvicorn has it: a burst of new connections waits in line instead of being refused.
            backlog: 2048
        ),
        onServerRunning: { channel in
            let host = channel.localAddress?.ipAddress ?? configuration.host
            let port = channel.localAddress?.port ?? configuration.port
            logger.info("HTTP API listening", metadata: ["host": "\(host)", "port": "\(port)"])
            await onListening(host, port)
        },
        logger: logger
    )
}

/// Builds what answers the requests, without a socket.
func buildResponder(
    client: CeleryClient,
    configuration: HTTPAPIConfiguration,
    readiness: @escaping @Sendable () async throws -> Bool
) -> APIResponder {
    var routes = RouteTable()
    HealthRoutes(readiness: readiness, deadline: configuration.deadline).add(to: &routes)
    TaskRoutes(client: client, configuration: configuration).add(to: &routes)
    return APIResponder(router: routes.makeRouter().buildResponder())
}
