import Testing

@testable import Redis

struct SentinelURLTests {
    private func configuration(_ url: String) throws -> RedisClientConfiguration {
        try RedisClientConfiguration(url: url)
    }

    private func sentinels(_ url: String) throws -> RedisClientConfiguration.Sentinels {
        guard case .sentinels(let sentinels) = try configuration(url).address else {
            Issue.record("no sentinels in \(url)")
            return .init(masterName: "", hosts: [])
        }
        return sentinels
    }

    @Test(arguments: [
        ("sentinel://h?master_name=m", ["h:26379"], 0), ("sentinel://h:1?master_name=m", ["h:1"], 0),
        ("sentinel://?master_name=m", ["localhost:26379"], 0),
        ("sentinel://h1:1/2?master_name=m;sentinel://h2:2/2", ["h1:1", "h2:2"], 2),
        ("sentinel://h1/2;sentinel://h2;sentinel://[::1]:3/2?master_name=m", ["h1:26379", "h2:26379", "[::1]:3"], 2),
        ("SENTINEL://h1//2;sentinel://h2?master_name=m;", ["h1:26379", "h2:26379"], 2),
        ("sentinel://h1;sentinel://h2?master_name=m&db=3", ["h1:26379", "h2:26379"], 3),
    ]) func `sentinels and database are read`(url: String, hosts: [String], database: Int) throws {
        #expect(try sentinels(url).hosts.map(\.description) == hosts)
        #expect(try sentinels(url).masterName == "m")
        #expect(try configuration(url).database == database)
        #expect(try configuration(url).tls == nil)
    }

    @Test func `the login in the URL is the master's, the sentinels have their own`() throws {
        let url = "sentinel://alice:p%3Bw@h1/1;sentinel://alice:p%3Bw@h2?master_name=my%20master"
        let configuration = try configuration(url + "&sentinel_username=bob&sentinel_password=s%26s")
        #expect(configuration.username == "alice")
        #expect(configuration.password == "p;w")
        let sentinels = try sentinels(url + "&sentinel_username=bob&sentinel_password=s%26s")
        #expect(sentinels.masterName == "my master")
        let asked = sentinels.configuration(of: sentinels.hosts[1])
        #expect(asked.address == .host("h2", port: 26_379))
        #expect(asked.username == "bob")
        #expect(asked.password == "s&s")
        #expect(asked.database == 0)
    }

    @Test func `times and limits are read`() throws {
        let url = "sentinel://h?master_name=m&min_other_sentinels=2&sentinel_socket_timeout=0.5&socket_timeout=7"
        let sentinels = try sentinels(url)
        #expect(sentinels.minimumOthers == 2)
        #expect(sentinels.configuration(of: sentinels.hosts[0]).connectTimeout == .milliseconds(500))
        #expect(try configuration(url).commandTimeout == .seconds(7))
    }

    @Test func `master and sentinels are encrypted each for itself`() throws {
        let url = "sentinel://h?master_name=m"
        #expect(try configuration(url + "&ssl=true").tls == .init())
        #expect(try sentinels(url + "&ssl=true").tls == nil)
        // kombu reads parameters about TLS as the wish to have it.
        #expect(try configuration(url + "&ssl_ca_certs=/ca").tls == .init(certificateAuthorityPath: "/ca"))
        #expect(try configuration(url + "&ssl_cert_reqs=none").tls == .init(verification: .none))
        let asked = try sentinels(url + "&sentinel_ssl=true&sentinel_ssl_ca_certs=/ca")
        #expect(asked.configuration(of: asked.hosts[0]).tls == .init(certificateAuthorityPath: "/ca"))
        #expect(try configuration(url + "&sentinel_ssl=true").tls == nil)
    }

    @Test(arguments: [
        ("sentinel://h", "master_name"), ("sentinel://h?master_name=", "master_name"),
        ("sentinel://h1;h2?master_name=m", "sentinel://"), ("sentinel://h1;redis://h2?master_name=m", "sentinel://"),
        ("sentinel://h1;sentinel://h2/1?master_name=m", "database"),
        ("sentinel://h1/2;sentinel://h2/1?master_name=m", "database"),
        ("sentinel://h1;sentinel://:hunter2@h2?master_name=m", "first"),
        ("sentinel://h?master_name=m&sentinel_db=1", "'sentinel_db'"),
        ("sentinel://h?master_name=m&min_other_sentinels=x", "'min_other_sentinels'"),
        ("sentinel://h?master_name=m&ssl=perhaps", "'ssl'"), ("sentinel://h?master_name=m&retry=1", "'retry'"),
        ("sentinel://h:x?master_name=m", "port"),
    ]) func `what is wrong is named`(url: String, words: String) throws {
        let error = #expect(throws: RedisError.self) { try configuration(url) }
        #expect(error?.code == .invalidURL)
        #expect(error?.description.contains(words) == true)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func `no description shows a password`() throws {
        let url = "sentinel://alice:hunter2@h1:1/3;sentinel://h2:2?master_name=m&sentinel_password=hunter2"
        let configuration = try configuration(url)
        #expect("\(configuration)" == "m@h1:1,h2:2/3")
        #expect(String(reflecting: configuration) == "RedisClientConfiguration(sentinel://alice@m@h1:1,h2:2/3)")
        var dumped = ""
        dump([configuration], to: &dumped)
        dump(configuration.address, to: &dumped)
        dumped += "\(configuration.address) \(String(reflecting: configuration.address))"
        #expect(dumped.contains("m@h1:1,h2:2"))
        #expect(!dumped.contains("hunter2"))
    }
}
