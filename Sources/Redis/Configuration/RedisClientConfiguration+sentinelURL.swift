extension RedisClientConfiguration {
    /// Reads `sentinel://` URLs, separated by semicolons.
    ///
    /// As in kombu (`transport/redis.py`, `SentinelChannel`) and Celery (`backends/redis.py`, `SentinelBackend`), the
    /// database and the login of the master are those of the first URL.
    init(sentinelURLs text: String) throws(RedisError) {
        var urls: [RedisURL] = []
        let wrongScheme = RedisURL.invalid("each sentinel is a URL that begins with sentinel://")
        for part in text.split(separator: ";") {
            guard part.lowercased().hasPrefix("sentinel://") else { throw wrongScheme }
            urls.append(try RedisURL(String(part)))
        }
        guard let first = urls.first else { throw wrongScheme }
        for url in urls { try url.checkAgainst(first) }
        let hosts = urls.map { Sentinels.Host($0.host ?? "localhost", port: $0.port ?? 26_379) }
        var sentinels = Sentinels(masterName: "", hosts: hosts)
        self.init(username: first.username, password: first.password)
        database = try RedisClientConfiguration.database(first.path)
        for (name, value) in urls.flatMap(\.query) {
            if try sentinels.apply(name, value) { continue }
            if name == "ssl" {
                tls = try RedisURL.flag(name, value) ? tls ?? TLS() : nil
            } else {
                // kombu/utils/url.py, parse_url: what is said about TLS asks for it.
                if TLS.urlParameters.contains(name), tls == nil { tls = TLS() }
                try apply(name, value)
            }
        }
        guard !sentinels.masterName.isEmpty else {
            throw RedisURL.invalid("sentinels need the name of the master, master_name")
        }
        address = .sentinels(sentinels)
    }
}

extension RedisURL {
    /// Refuses what Python would overlook: whoever wrote it means it.
    fileprivate func checkAgainst(_ first: RedisURL) throws(RedisError) {
        let isSilent = username == nil && password == nil
        guard isSilent || (username == first.username && password == first.password) else {
            throw RedisURL.invalid("the login of the master has to stand in the first sentinel's URL")
        }
        let database = try RedisClientConfiguration.database(path)
        let masters = try RedisClientConfiguration.database(first.path)
        guard database == 0 || database == masters else {
            throw RedisURL.invalid("the database has to stand in the first sentinel's URL")
        }
    }
}

extension RedisClientConfiguration.Sentinels {
    /// Takes a parameter that is about the sentinels.
    ///
    /// - Returns: Whether it is one.
    fileprivate mutating func apply(_ name: String, _ value: String) throws(RedisError) -> Bool {
        switch name {
        case "master_name":
            masterName = value
        case "min_other_sentinels":
            guard let count = Int(value), count >= 0 else { throw RedisURL.wrong(name, "a number") }
            minimumOthers = count
        case "sentinel_username":
            username = value
        case "sentinel_password":
            password = value
        case "sentinel_socket_timeout", "sentinel_socket_connect_timeout":
            timeout = try RedisURL.seconds(name, value)
        case "sentinel_ssl":
            tls = try RedisURL.flag(name, value) ? tls ?? .init() : nil
        default:
            let prefix = "sentinel_"
            guard name.hasPrefix(prefix) else { return false }
            let plain = String(name.dropFirst(prefix.count))
            guard RedisClientConfiguration.TLS.urlParameters.contains(plain) else { throw RedisURL.unknown(name) }
            var tls = tls ?? .init()
            try tls.apply(plain, value)
            self.tls = tls
        }
        return true
    }
}
