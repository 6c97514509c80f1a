import Celery
import Redis

extension BrokerDescription {
    /// Describes a Redis server.
    init(_ configuration: RedisClientConfiguration, keyPrefix: String = "") {
        self.init(
            transport: "redis",
            user: configuration.username,
            virtualHost: "\(configuration.database)",
            isEncrypted: configuration.tls != nil,
            hasPassword: configuration.password != nil,
            options: keyPrefix.isEmpty ? [:] : ["global_keyprefix": .string(keyPrefix)]
        )
        switch configuration.address {
        case .host(let name, let number): (host, port) = (name, number)
        case .unixSocket(let path): host = path
        }
    }
}
