internal import Logging
internal import NIOCore

/// Makes connections to the server that sentinels say is the master.
///
/// Each attempt asks them, and takes only a server that says itself that it is a master (`ROLE`). From the first
/// connection on, one sentinel is listened to, which tells at once when another server has become the master
/// (https://redis.io/docs/latest/develop/reference/sentinel-clients/).
final class MasterConnector: ConnectionSource {
    private let name: String
    private let master: Connector
    private let sentinels: SentinelConnector
    private let connections: MasterConnections
    private let watch: ConnectionKeeper

    /// - Parameters:
    ///   - sentinels: The sentinels.
    ///   - master: How connections to the master are made, once it is known where it is.
    init(_ sentinels: RedisClientConfiguration.Sentinels, _ master: Connector) {
        let source = SentinelConnector(sentinels, master)
        let connections = MasterConnections()
        self.name = sentinels.masterName
        self.master = master
        self.sentinels = source
        self.connections = connections
        let answer = SentinelAnswer(sentinels: sentinels)
        let events = ConnectionKeeper.Events(
            onPush: { values in
                for value in values { Self.hear(value, answer, source, connections) }
            },
            onConnected: { wire in
                // A sentinel that refuses, such as by an ACL, is asked at each connection all the same.
                _ = wire.enqueue(nil, expected: 0, deadline: .distantFuture) { writer in
                    writer.command("SUBSCRIBE") { $0.write(Self.channel) }
                }
            }
        )
        self.watch = ConnectionKeeper(source: source, events: events)
    }

    var configuration: RedisClientConfiguration { master.configuration }
    var eventLoop: any EventLoop { master.eventLoop }
    var logger: Logger { master.logger }
    var server: String { master.server }

    func connect(onPush: (@Sendable ([RedisValue]) -> Void)?) -> EventLoopFuture<Wire> {
        let known = connections.announcements
        return sentinels.master().flatMap { [self] host in
            connect(to: host, onPush: onPush).flatMapThrowing { [self] wire in
                try connections.admit(wire, to: host, asOf: known)
                watch.demand()
                return wire
            }
        }
    }

    func close() { watch.closeNow() }

    private func connect(
        to host: RedisClientConfiguration.Sentinels.Host,
        onPush: (@Sendable ([RedisValue]) -> Void)?
    ) -> EventLoopFuture<Wire> {
        var configuration = master.configuration
        configuration.address = .host(host.name, port: host.port)
        return Connector(
            configuration: configuration,
            eventLoop: eventLoop,
            logger: logger,
            metrics: master.metrics,
            masterName: name
        ).connect(onPush: onPush)
    }

    private static let channel = "+switch-master"

    private static func hear(
        _ value: RedisValue,
        _ answer: SentinelAnswer,
        _ sentinels: SentinelConnector,
        _ connections: MasterConnections
    ) {
        guard let parts = value.array, let kind = parts.first?.string else { return }
        switch kind {
        case "message" where parts.count == 3:
            if let host = parts[2].string.flatMap(answer.newMaster) { connections.announced(host) }
        case "subscribe":
            // What happened before is asked for.
            sentinels.master().whenSuccess { connections.announced($0) }
        default:
            return
        }
    }
}
