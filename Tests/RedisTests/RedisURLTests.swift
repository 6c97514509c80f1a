import Testing

@testable import Redis

struct RedisURLTests {
    private func configuration(_ url: String) throws -> RedisClientConfiguration {
        try RedisClientConfiguration(url: url)
    }

    private func message(_ url: String) throws -> String {
        let error = #expect(throws: RedisError.self) { try configuration(url) }
        #expect(error?.code == .invalidURL)
        return error?.description ?? ""
    }

    @Test(arguments: [
        ("redis://", "localhost", 6379, 0), ("redis://localhost", "localhost", 6379, 0),
        ("redis://cache:7000", "cache", 7000, 0), ("redis://cache/3", "cache", 6379, 3),
        ("redis://cache:7000/3", "cache", 7000, 3), ("redis://cache:7000//3", "cache", 7000, 3),
        ("redis://cache/?db=4", "cache", 6379, 4), ("redis://cache?virtual_host=5", "cache", 6379, 5),
        ("redis://[::1]:7000/1", "::1", 7000, 1), ("REDIS://Cache", "Cache", 6379, 0),
        ("redis://127.0.0.1:6379//", "127.0.0.1", 6379, 0),
    ]) func `host, port and database are read`(url: String, host: String, port: Int, database: Int) throws {
        let configuration = try configuration(url)
        #expect(configuration.address == .host(host, port: port))
        #expect(configuration.database == database)
        #expect(configuration.tls == nil)
        #expect(configuration.password == nil)
    }

    @Test(arguments: [
        ("redis://:secret@h", nil, "secret"), ("redis://alice:secret@h", "alice", "secret"),
        ("redis://alice:p%40s%2Fs%3F%23@h/1", "alice", "p@s/s?#"), ("redis://:a:b@h", nil, "a:b"),
        ("redis://:a@b@h", nil, "a@b"), ("redis://%C3%A4:%E5%AF%86@h", "ä", "密"),
        ("redis://h?username=alice&password=x%26y", "alice", "x&y"), ("redis://:@h", nil, nil),
    ]) func `user and password are read`(url: String, username: String?, password: String?) throws {
        let configuration = try configuration(url)
        #expect(configuration.username == username)
        #expect(configuration.password == password)
    }

    @Test(arguments: [
        ("redis+socket:///run/redis.sock", "/run/redis.sock", 0),
        ("socket:///run/redis.sock?virtual_host=2", "/run/redis.sock", 2),
        ("unix:///run/my%20redis.sock?db=3", "/run/my redis.sock", 3),
        ("unix://:secret@/run/redis.sock", "/run/redis.sock", 0),
    ]) func `sockets are read`(url: String, path: String, database: Int) throws {
        let configuration = try configuration(url)
        #expect(configuration.address == .unixSocket(path: path))
        #expect(configuration.database == database)
    }

    @Test func `TLS verifies everything unless asked not to`() throws {
        #expect(try configuration("rediss://h").tls == .init(verification: .full))
        for value in ["none", "CERT_NONE"] {
            #expect(
                try configuration("rediss://h?ssl_cert_reqs=\(value)").tls?.verification
                    == RedisClientConfiguration.TLS.Verification.none
            )
        }
        #expect(try configuration("rediss://h?ssl_cert_reqs=CERT_REQUIRED").tls?.verification == .full)
        #expect(try configuration("rediss://h?ssl_check_hostname=false").tls?.verification == .noHostname)
        let files = try configuration("rediss://h?ssl_ca_certs=/a&ssl_certfile=/b&ssl_keyfile=/c").tls
        #expect(files == .init(certificateAuthorityPath: "/a", certificatePath: "/b", privateKeyPath: "/c"))
    }

    @Test func `times and limits are read`() throws {
        let url = "redis://h?socket_timeout=1.5&socket_connect_timeout=2&health_check_interval=25&max_connections=3"
        let configuration = try configuration(url + "&socket_keepalive=false&client_name=me")
        #expect(configuration.commandTimeout == .milliseconds(1500))
        #expect(configuration.connectTimeout == .seconds(2))
        #expect(configuration.idleTimeout == .seconds(25))
        #expect(configuration.pool.maximumConnections == 3)
        #expect(configuration.keepAlive == nil)
        #expect(configuration.clientName == "me")
    }

    @Test(arguments: [
        ("redis://h?retry=yes", "'retry'"), ("redis://h/zero", "database"), ("redis://h/-1", "database"),
        ("redis://h:port", "port"), ("redis://h:0", "port"), ("redis://h:65536", "port"),
        ("redis://::1", "brackets"), ("redis://[::1", "]"), ("http://h", "scheme"), ("localhost:6379", "scheme"),
        ("", "scheme"), ("unix://run/redis.sock", "absolute"), ("redis+socket://", "absolute"),
        ("redis://h?ssl_ca_certs=/a", "rediss"), ("rediss://h?ssl_cert_reqs=maybe", "'ssl_cert_reqs'"),
        ("redis://h?socket_timeout=soon", "'socket_timeout'"), ("redis://%zz@h", "%"), ("redis://%ff@h", "UTF-8"),
        ("redis://h?master_name=m", "'master_name'"), ("redis://h?protocol=3", "'protocol'"),
    ]) func `what is wrong is named`(url: String, words: String) throws {
        #expect(try message(url).contains(words))
    }

    @Test func `no error and no description shows a password`() throws {
        for url in ["redis://:hunter2@h:x", "http://:hunter2@h", "redis://h:1?password=hunter2&x=1", "hunter2"] {
            #expect(try !message(url).contains("hunter2"))
        }
        let configuration = try configuration("rediss://alice:hunter2@h:7000/2")
        #expect(configuration.description == "h:7000/2")
        #expect("\(configuration)" == "h:7000/2")
        #expect(String(reflecting: configuration) == "RedisClientConfiguration(rediss://alice@h:7000/2)")
        var dumped = ""
        dump([configuration], to: &dumped)
        #expect(!dumped.contains("hunter2"))
        #expect(!"\(Optional(configuration) as Any)".contains("hunter2"))
    }
}
