/// Where the server is, how to log in, and how patient to be.
public struct RedisClientConfiguration: Sendable, Hashable {
    /// Where the server listens.
    public enum Address: Sendable, Hashable {
        /// A host name or IP address, and a TCP port.
        case host(String, port: Int)
        /// The path of a Unix socket.
        case unixSocket(path: String)
        /// Where the sentinels say that the master is; they are asked for each connection.
        case sentinels(Sentinels)
    }

    /// Where the server listens.
    public var address: Address
    /// The number of the database, chosen by `SELECT`.
    public var database: Int
    /// The name of an ACL user; nil is the user `default`.
    public var username: String?
    /// The password.
    public var password: String?
    /// Encryption; nil is none.
    public var tls: TLS?

    /// The time for one attempt to connect: TCP, TLS and log in together.
    public var connectTimeout: Duration = .seconds(5)
    /// The time for one command, waiting for a connection included; those that block get their own time on top.
    public var commandTimeout: Duration = .seconds(10)
    /// The quiet time after which a connection is tried with `PING`.
    public var idleTimeout: Duration = .seconds(30)
    /// The system's own probes of quiet TCP connections; nil is none.
    public var keepAlive: KeepAlive? = KeepAlive()
    /// The pauses between attempts to connect.
    public var backoff = Backoff()
    /// The name shown by `CLIENT LIST`.
    public var clientName: String?
    /// The limits of the connections made for ``RedisClient/withConnection(_:)`` and for blocking commands.
    public var pool = Pool()
    /// The size in bytes that one reply may have, everything inside it included; at most 1 GiB.
    public var maximumReplySize: Int = 512 * 1024 * 1024

    /// Creates a configuration.
    ///
    /// - Parameters:
    ///   - host: The host's name or IP address.
    ///   - port: The TCP port.
    ///   - database: The number of the database.
    ///   - username: The name of an ACL user.
    ///   - password: The password.
    ///   - tls: Encryption; nil is none.
    public init(
        host: String = "localhost",
        port: Int = 6379,
        database: Int = 0,
        username: String? = nil,
        password: String? = nil,
        tls: TLS? = nil
    ) {
        self.address = .host(host, port: port)
        self.database = database
        self.username = username
        self.password = password
        self.tls = tls
    }

    /// Creates a configuration for the master that sentinels name.
    ///
    /// - Parameters:
    ///   - sentinels: The sentinels and the master's name.
    ///   - database: The number of the database.
    ///   - username: The name of an ACL user of the master.
    ///   - password: The master's password.
    ///   - tls: Encryption of the connections to the master; nil is none.
    public init(
        sentinels: Sentinels,
        database: Int = 0,
        username: String? = nil,
        password: String? = nil,
        tls: TLS? = nil
    ) {
        self.init(database: database, username: username, password: password, tls: tls)
        self.address = .sentinels(sentinels)
    }

    /// Creates a configuration for a Unix socket.
    ///
    /// - Parameters:
    ///   - unixSocketPath: The socket's path.
    ///   - database: The number of the database.
    ///   - username: The name of an ACL user.
    ///   - password: The password.
    public init(unixSocketPath: String, database: Int = 0, username: String? = nil, password: String? = nil) {
        self.address = .unixSocket(path: unixSocketPath)
        self.database = database
        self.username = username
        self.password = password
    }
}

extension RedisClientConfiguration {
    /// The system's own probes of quiet TCP connections.
    public struct KeepAlive: Sendable, Hashable {
        /// The quiet time before the first probe; whole seconds.
        public var idle: Duration
        /// The time between probes; whole seconds.
        public var interval: Duration
        /// How many probes may stay unanswered.
        public var count: Int

        /// Creates settings; the defaults find a dead peer within two minutes.
        ///
        /// - Parameters:
        ///   - idle: The quiet time before the first probe.
        ///   - interval: The time between probes.
        ///   - count: How many probes may stay unanswered.
        public init(idle: Duration = .seconds(60), interval: Duration = .seconds(15), count: Int = 4) {
            self.idle = idle
            self.interval = interval
            self.count = count
        }
    }

    /// The limits of the connections of one's own.
    public struct Pool: Sendable, Hashable {
        /// How many there may be at once; further callers wait in order.
        public var maximumConnections: Int
        /// How long one may stay open without being used.
        public var idleLifetime: Duration

        /// Creates limits.
        ///
        /// - Parameters:
        ///   - maximumConnections: How many there may be at once, at least 1.
        ///   - idleLifetime: How long one may stay open without being used.
        public init(maximumConnections: Int = 16, idleLifetime: Duration = .seconds(60)) {
            self.maximumConnections = maximumConnections
            self.idleLifetime = idleLifetime
        }
    }
}

extension RedisClientConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The server as `host:port/database`, without user and password; with sentinels `master@host:port,…/database`.
    public var description: String {
        switch address {
        case .host(let host, let port):
            "\(Sentinels.Host(host, port: port))/\(database)"
        case .unixSocket(let path):
            "\(path)/\(database)"
        case .sentinels(let sentinels):
            "\(sentinels)/\(database)"
        }
    }

    /// The server, the user and whether it is encrypted, without the password.
    public var debugDescription: String {
        let user = username.map { "\($0)@" } ?? ""
        var scheme = tls == nil ? "redis" : "rediss"
        if case .sentinels = address { scheme = "sentinel" }
        return "RedisClientConfiguration(\(scheme)://\(user)\(description))"
    }

    /// Only the description: `dump` and string interpolation of a value around this one look here.
    public var customMirror: Mirror { Mirror(self, children: ["server": description]) }
}
