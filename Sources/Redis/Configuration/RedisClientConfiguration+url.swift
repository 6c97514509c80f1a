extension RedisClientConfiguration {
    /// Creates a configuration from a URL as Celery users write it.
    ///
    /// - `redis://[[user]:password@]host[:port][/database]`
    /// - `rediss://…` the same with TLS
    /// - `redis+socket:///path/to.sock`, also `socket://` and `unix://`
    ///
    /// User and password may be percent-encoded. Parameters, named as redis-py and kombu name them:
    ///
    /// | parameter | meaning |
    /// | --- | --- |
    /// | `db`, `virtual_host` | database, instead of the path |
    /// | `username`, `password` | instead of those in front of the host |
    /// | `ssl_cert_reqs` | `required`, `none` or Python's `CERT_REQUIRED`, `CERT_NONE` |
    /// | `ssl_ca_certs`, `ssl_certfile`, `ssl_keyfile` | paths of PEM files |
    /// | `ssl_check_hostname` | `false` checks the chain only |
    /// | `socket_timeout`, `socket_connect_timeout` | seconds for a command, for a connection |
    /// | `health_check_interval` | seconds of quiet before a `PING` |
    /// | `socket_keepalive` | `false` turns TCP's probes off |
    /// | `max_connections` | limit of the connections of one's own |
    /// | `client_name` | name shown by `CLIENT LIST` |
    ///
    /// - Parameter url: The URL.
    /// - Throws: ``RedisError/Code/invalidURL`` that names what is wrong and does not quote the URL.
    public init(url: String) throws(RedisError) {
        guard !url.lowercased().hasPrefix("sentinel") else {
            throw RedisURL.invalid("sentinel:// is not supported; name the master itself")
        }
        let parts = try RedisURL(url)
        self.init(username: parts.username, password: parts.password)
        switch parts.scheme {
        case "redis", "rediss":
            address = .host(parts.host ?? "localhost", port: parts.port ?? 6379)
            database = try RedisClientConfiguration.database(parts.path)
            if parts.scheme == "rediss" { tls = TLS() }
        case "redis+socket", "socket", "unix":
            guard parts.path.count > 1, parts.host == nil else {
                throw RedisURL.invalid("a socket needs an absolute path, as in redis+socket:///run/redis.sock")
            }
            address = .unixSocket(path: parts.path)
        default:
            throw RedisURL.invalid("its scheme is none of redis, rediss, redis+socket, socket and unix")
        }
        for (name, value) in parts.query { try apply(name, value) }
    }

    private mutating func apply(_ name: String, _ value: String) throws(RedisError) {
        switch name {
        case "db", "virtual_host": database = try RedisClientConfiguration.database(value)
        case "username": username = value
        case "password": password = value
        case "client_name": clientName = value
        case "socket_timeout", "timeout": commandTimeout = try seconds(name, value)
        case "socket_connect_timeout": connectTimeout = try seconds(name, value)
        case "health_check_interval": idleTimeout = try seconds(name, value)
        case "socket_keepalive":
            if try !flag(name, value) { keepAlive = nil }
        case "max_connections":
            guard let count = Int(value), count > 0 else { throw wrong(name, "a number above 0") }
            pool.maximumConnections = count
        case "protocol":
            guard value == "2" else { throw wrong(name, "2") }
        default:
            try applyTLS(name, value)
        }
    }

    private mutating func applyTLS(_ name: String, _ value: String) throws(RedisError) {
        guard RedisClientConfiguration.tlsParameters.contains(name) else {
            throw RedisURL.invalid("the parameter '\(name)' is not known")
        }
        guard var tls else { throw RedisURL.invalid("the parameter '\(name)' needs the scheme rediss") }
        switch name {
        case "ssl_ca_certs": tls.certificateAuthorityPath = value
        case "ssl_certfile": tls.certificatePath = value
        case "ssl_keyfile": tls.privateKeyPath = value
        case "ssl_check_hostname":
            if tls.verification != .none { tls.verification = try flag(name, value) ? .full : .noHostname }
        default:
            // Python's ssl knows "optional" too; for a client it is the same as "required".
            switch value.lowercased() {
            case "none", "cert_none": tls.verification = .none
            case "required", "optional", "cert_required", "cert_optional":
                if tls.verification == .none { tls.verification = .full }
            default: throw wrong(name, "required or none")
            }
        }
        self.tls = tls
    }

    private static let tlsParameters: Set<String> = [
        "ssl_cert_reqs", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname",
    ]

    // kombu transport/redis.py, _connparams: leading slashes do not count, and nothing is database 0.
    private static func database(_ text: String) throws(RedisError) -> Int {
        let digits = text.drop { $0 == "/" }
        guard !digits.isEmpty else { return 0 }
        guard let number = Int(digits), number >= 0 else {
            throw RedisURL.invalid("the database is no number")
        }
        return number
    }

    private func seconds(_ name: String, _ value: String) throws(RedisError) -> Duration {
        guard let number = Double(value), number > 0, number < 1e9 else { throw wrong(name, "seconds above 0") }
        return .seconds(number)
    }

    // redis/connection.py, to_bool
    private func flag(_ name: String, _ value: String) throws(RedisError) -> Bool {
        switch value.uppercased() {
        case "0", "F", "FALSE", "N", "NO": false
        case "1", "T", "TRUE", "Y", "YES": true
        default: throw wrong(name, "true or false")
        }
    }

    private func wrong(_ name: String, _ expected: String) -> RedisError {
        RedisURL.invalid("the parameter '\(name)' must be \(expected)")
    }
}
