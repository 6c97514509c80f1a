extension RedisClientConfiguration {
    /// Creates a configuration from a URL as Celery users write it.
    ///
    /// - `redis://[[user]:password@]host[:port][/database]`
    /// - `rediss://…` the same with TLS
    /// - `redis+socket:///path/to.sock`, also `socket://` and `unix://`
    /// - `sentinel://[[user]:password@]host[:port][/database]?master_name=…`, several of them separated by `;`
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
    /// With sentinels, user, password and database are those of the master, and stand in the first URL. The parameters
    /// of all of them count; beside those above:
    ///
    /// | parameter | meaning |
    /// | --- | --- |
    /// | `master_name` | name under which the sentinels know the master; needed |
    /// | `min_other_sentinels` | how many others a sentinel has to see to be believed |
    /// | `ssl` | `true`, or any of the parameters about TLS: the master speaks TLS |
    /// | `sentinel_…` | login, TLS and timeouts of the sentinels themselves: kombu's `sentinel_kwargs` one by one |
    ///
    /// - Parameter url: The URL.
    /// - Throws: ``RedisError/Code/invalidURL`` that names what is wrong and does not quote the URL.
    public init(url: String) throws(RedisError) {
        guard !url.lowercased().hasPrefix("sentinel:") else {
            try self.init(sentinelURLs: url)
            return
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
            throw RedisURL.invalid("its scheme is none of redis, rediss, redis+socket, socket, unix and sentinel")
        }
        for (name, value) in parts.query { try apply(name, value) }
    }

    mutating func apply(_ name: String, _ value: String) throws(RedisError) {
        switch name {
        case "db", "virtual_host": database = try RedisClientConfiguration.database(value)
        case "username": username = value
        case "password": password = value
        case "client_name": clientName = value
        case "socket_timeout", "timeout": commandTimeout = try RedisURL.seconds(name, value)
        case "socket_connect_timeout": connectTimeout = try RedisURL.seconds(name, value)
        case "health_check_interval": idleTimeout = try RedisURL.seconds(name, value)
        case "socket_keepalive":
            if try !RedisURL.flag(name, value) { keepAlive = nil }
        case "max_connections":
            guard let count = Int(value), count > 0 else { throw RedisURL.wrong(name, "a number above 0") }
            pool.maximumConnections = count
        case "protocol":
            guard value == "2" else { throw RedisURL.wrong(name, "2") }
        default:
            guard TLS.urlParameters.contains(name) else { throw RedisURL.unknown(name) }
            guard var tls else { throw RedisURL.invalid("the parameter '\(name)' needs the scheme rediss") }
            try tls.apply(name, value)
            self.tls = tls
        }
    }

    // kombu transport/redis.py, _connparams: leading slashes do not count, and nothing is database 0.
    static func database(_ text: String) throws(RedisError) -> Int {
        let digits = text.drop { $0 == "/" }
        guard !digits.isEmpty else { return 0 }
        guard let number = Int(digits), number >= 0 else {
            throw RedisURL.invalid("the database is no number")
        }
        return number
    }
}

extension RedisClientConfiguration.TLS {
    static let urlParameters: Set<String> = [
        "ssl_cert_reqs", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname",
    ]

    /// Takes one of ``urlParameters``.
    mutating func apply(_ name: String, _ value: String) throws(RedisError) {
        switch name {
        case "ssl_ca_certs": certificateAuthorityPath = value
        case "ssl_certfile": certificatePath = value
        case "ssl_keyfile": privateKeyPath = value
        case "ssl_check_hostname":
            if verification != .none { verification = try RedisURL.flag(name, value) ? .full : .noHostname }
        default:
            // Python's ssl knows "optional" too; for a client it is the same as "required".
            switch value.lowercased() {
            case "none", "cert_none": verification = .none
            case "required", "optional", "cert_required", "cert_optional":
                if verification == .none { verification = .full }
            default: throw RedisURL.wrong(name, "required or none")
            }
        }
    }
}

extension RedisURL {
    static func seconds(_ name: String, _ value: String) throws(RedisError) -> Duration {
        guard let number = Double(value), number > 0, number < 1e9 else { throw wrong(name, "seconds above 0") }
        return .seconds(number)
    }

    // redis/connection.py, to_bool
    static func flag(_ name: String, _ value: String) throws(RedisError) -> Bool {
        switch value.uppercased() {
        case "0", "F", "FALSE", "N", "NO": false
        case "1", "T", "TRUE", "Y", "YES": true
        default: throw wrong(name, "true or false")
        }
    }

    static func wrong(_ name: String, _ expected: String) -> RedisError {
        invalid("the parameter '\(name)' must be \(expected)")
    }

    static func unknown(_ name: String) -> RedisError { invalid("the parameter '\(name)' is not known") }
}
