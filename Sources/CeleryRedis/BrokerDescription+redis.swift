import Celery
import Redis

extension BrokerDescription {
    /// Describes a Redis server.
    init(_ configuration: RedisClientConfiguration, options kept: TransportOptions = .init()) {
        self.init(
            transport: "redis",
            user: configuration.username,
            virtualHost: "\(configuration.database)",
            isEncrypted: configuration.tls != nil,
            hasPassword: configuration.password != nil,
            options: kept.changed
        )
        switch configuration.address {
        case .host(let name, let number): (host, port) = (name, number)
        case .unixSocket(let path): host = path
        case .sentinels(let sentinels):
            transport = "sentinel"
            options["master_name"] = .string(sentinels.masterName)
            let urls = sentinels.hosts.map { sentinel in
                (host, port) = (sentinel.name, sentinel.port)
                return url
            }
            (host, port) = (sentinels.hosts.first?.name, sentinels.hosts.first?.port)
            alternates = urls.count > 1 ? urls : []
        }
    }
}
