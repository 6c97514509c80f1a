import Redis
import Testing

@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(3)))
struct RedisTLSTests {
    private func url(_ server: RedisServer, host: String = "127.0.0.1", _ query: String) -> String {
        "rediss://\(host):\(server.port)/0?\(query)"
    }

    private func echo(_ url: String) async throws -> String? {
        var configuration = try RedisClientConfiguration(url: url)
        configuration.commandTimeout = .seconds(30)
        return try await withClient(configuration) { try await $0.send(["ECHO", "x"]).string }
    }

    @Test func `a trusted server is used by name and by address`() async throws {
        try await withRedisServer(RedisServerOptions(tls: true)) { server in
            let trust = "ssl_ca_certs=\(server.authorityPath)"
            let replies = [
                try await echo(url(server, trust)), try await echo(url(server, host: "localhost", trust)),
            ]
            #expect(replies == ["x", "x"])
        }
    }

    @Test func `a server that nobody vouches for is refused at once, unless asked not to look`() async throws {
        try await withRedisServer(RedisServerOptions(tls: true)) { server in
            let error = try await redisError { _ = try await echo(url(server, "ssl_cert_reqs=required")) }
            #expect(error.code == .tlsFailed)
            #expect(try await echo(url(server, "ssl_cert_reqs=none")) == "x")
            #expect(try await echo(url(server, "ssl_cert_reqs=CERT_NONE")) == "x")
        }
    }

    @Test func `the certificate must be for the name that was asked for`() async throws {
        try await withRedisServer(RedisServerOptions(tls: true, tlsNames: "DNS:localhost")) { server in
            let trust = "ssl_ca_certs=\(server.authorityPath)"
            let right = try await echo(url(server, host: "localhost", trust))
            #expect(right == "x")
            let address = try await redisError { _ = try await echo(url(server, trust)) }
            #expect(address.code == .tlsFailed)
            let unchecked = try await echo(url(server, trust + "&ssl_check_hostname=false"))
            #expect(unchecked == "x")

            var configuration = try RedisClientConfiguration(url: url(server, trust))
            configuration.tls?.serverName = "elsewhere.example"
            let other = try await redisError { try await withClient(configuration) { try await $0.send(Ping()) } }
            #expect(other.code == .tlsFailed)
            configuration.tls?.serverName = "localhost"
            try await withClient(configuration) { try await $0.send(Ping()) }
        }
    }

    @Test func `a server that wants a certificate gets one`() async throws {
        try await withRedisServer(RedisServerOptions(tls: true, tlsClientCertificates: true)) { server in
            let trust = "ssl_ca_certs=\(server.authorityPath)"
            let own = "ssl_certfile=\(server.clientCertificatePath)&ssl_keyfile=\(server.clientKeyPath)"
            #expect(try await echo(url(server, "\(trust)&\(own)")) == "x")
            var without = try RedisClientConfiguration(url: url(server, trust))
            without.commandTimeout = .milliseconds(500)
            let error = try await redisError { try await withClient(without) { try await $0.send(Ping()) } }
            #expect([.tlsFailed, .connectionFailed].contains(error.code))
        }
    }

    @Test func `files that are not there are named as what is wrong`() async throws {
        try await withRedisServer(RedisServerOptions(tls: true)) { server in
            let error = try await redisError { _ = try await echo(url(server, "ssl_ca_certs=/nonexistent.pem")) }
            #expect(error.code == .tlsFailed)
            #expect(error.message.contains("certificates"))
        }
    }

    @Test func `everything works through TLS, large values and subscriptions included`() async throws {
        try await withRedisServer(RedisServerOptions(tls: true)) { server in
            let configuration = try RedisClientConfiguration(
                url: url(server, "ssl_ca_certs=\(server.authorityPath)")
            )
            try await withClient(configuration) { redis in
                let large = [UInt8](repeating: 7, count: 3_000_000)
                #expect(try await redis.send(SetValue("k", large)))
                #expect(try await redis.send(Get("k")) == large)
                try await redis.subscribe(to: ["c"]) { subscription in
                    _ = try await redis.send(Publish("x", to: "c"))
                    var reader = subscription.makeAsyncIterator()
                    let message = try await reader.next()
                    #expect(message?.payload == Array("x".utf8))
                }
            }
        }
    }

    @Test func `a server without TLS is an error that names no payload`() async throws {
        try await withRedisServer { server in
            var configuration = try RedisClientConfiguration(url: url(server, "ssl_cert_reqs=none"))
            configuration.commandTimeout = .milliseconds(500)
            let error = try await redisError { try await withClient(configuration) { try await $0.send(Ping()) } }
            #expect([.tlsFailed, .connectionFailed].contains(error.code))
        }
    }
}
