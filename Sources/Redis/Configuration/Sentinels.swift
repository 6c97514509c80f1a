extension RedisClientConfiguration {
    /// The sentinels that know which server is the master, and how they are asked.
    ///
    /// Their login is their own: user, password and encryption of the configuration are those of the master.
    public struct Sentinels: Sendable, Hashable {
        /// Where a sentinel listens.
        public struct Host: Sendable, Hashable, CustomStringConvertible {
            /// The host's name or IP address.
            public var name: String
            /// The TCP port.
            public var port: Int

            /// Creates a place.
            ///
            /// - Parameters:
            ///   - name: The host's name or IP address.
            ///   - port: The TCP port.
            public init(_ name: String, port: Int = 26_379) {
                self.name = name
                self.port = port
            }

            /// The place as `host:port`.
            public var description: String { "\(name.contains(":") ? "[\(name)]" : name):\(port)" }
        }

        /// The name under which the sentinels know the master.
        public var masterName: String
        /// The sentinels, in the order in which they are asked; at least one.
        public var hosts: [Host]
        /// The name of an ACL user of the sentinels; nil is the user `default`.
        public var username: String?
        /// The sentinels' password.
        public var password: String?
        /// Encryption of the connections to the sentinels; nil is none.
        public var tls: TLS?
        /// The time that one sentinel has to take a connection, and the time that it has to answer.
        public var timeout: Duration = .seconds(1)
        /// How many other sentinels one has to see to be believed.
        public var minimumOthers = 0

        /// Creates a configuration.
        ///
        /// - Parameters:
        ///   - masterName: The name under which the sentinels know the master.
        ///   - hosts: The sentinels, in the order in which they are asked; at least one.
        public init(masterName: String, hosts: [Host]) {
            self.masterName = masterName
            self.hosts = hosts
        }
    }
}

extension RedisClientConfiguration.Sentinels {
    /// How to reach one of them.
    func configuration(of host: Host) -> RedisClientConfiguration {
        var configuration = RedisClientConfiguration(
            host: host.name,
            port: host.port,
            username: username,
            password: password,
            tls: tls
        )
        configuration.connectTimeout = timeout
        configuration.commandTimeout = timeout
        // Who listens for the news of a failover has to notice soon that nobody would tell it.
        configuration.idleTimeout = .seconds(5)
        return configuration
    }
}

extension RedisClientConfiguration.Sentinels: CustomStringConvertible, CustomReflectable {
    /// The master's name and the sentinels, without user and password.
    public var description: String { "\(masterName)@" + hosts.map(\.description).joined(separator: ",") }

    /// Only the description: `dump` and string interpolation of a value around this one look here.
    public var customMirror: Mirror { Mirror(self, children: ["sentinels": description]) }
}
