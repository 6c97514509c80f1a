import Redis
import Testing

@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(3)))
struct RedisLoginTests {
    @Test func `password, user, database and name are those of the URL`() async throws {
        let acl = ["user alice on >p@ss/wörd ~* &* +@all"]
        try await withRedisServer(RedisServerOptions(requirepass: "geheim", acl: acl)) { server in
            let urls = [
                "redis://:geheim@127.0.0.1:\(server.port)/3?client_name=me",
                "redis://alice:p%40ss%2Fw%C3%B6rd@127.0.0.1:\(server.port)/3?client_name=me",
                "redis+socket://\(server.socketPath)?password=geheim&virtual_host=3&client_name=me",
                "unix://:geheim@\(server.socketPath)?db=3&client_name=me",
            ]
            for url in urls {
                try await withClient(try RedisClientConfiguration(url: url)) { redis in
                    let line = try await redis.send(["CLIENT", "INFO"]).string ?? ""
                    #expect(line.contains(" db=3 "))
                    #expect(line.contains(" name=me "))
                    #expect(line.contains(url.contains("alice") ? "user=alice" : "user=default"))
                }
            }
        }
    }

    @Test func `a wrong or missing password is told at once, on every way in`() async throws {
        try await withRedis(RedisServerOptions(requirepass: "geheim")) { server, _ in
            for password in ["falsch", nil] {
                var configuration = server.configuration(timeout: .seconds(60))
                configuration.password = password
                try await withClient(configuration) { redis in
                    let clock = ContinuousClock()
                    let time = try await clock.measure {
                        for _ in 0..<3 {
                            let error = try await redisError { _ = try await redis.send(Get("k")) }
                            #expect(error.code == .authentication)
                            #expect(!error.description.contains("falsch"))
                        }
                        let own = try await redisError { try await redis.withConnection { _ in } }
                        #expect(own.code == .authentication)
                        let subscription = try await redisError { try await redis.subscribe(to: ["c"]) { _ in } }
                        #expect(subscription.code == .authentication)
                    }
                    #expect(time < .seconds(60))
                }
            }
        }
    }

    @Test func `a password that becomes right is used without a new client`() async throws {
        try await withRedisServer(RedisServerOptions(requirepass: "geheim")) { server in
            var configuration = server.configuration()
            configuration.password = "neu"
            try await withClient(configuration) { redis in
                let error = try await redisError { _ = try await redis.send(Get("k")) }
                #expect(error.code == .authentication)
                var administrator = server.configuration()
                administrator.password = "geheim"
                try await withClient(administrator) { _ = try await $0.send(["CONFIG", "SET", "requirepass", "neu"]) }
                let value = try await eventually {
                    try? await redis.send(["ECHO", "x"])
                } until: {
                    $0 != nil
                }
                #expect(value?.string == "x")
            }
        }
    }

    @Test func `what an ACL forbids is an error of that command`() async throws {
        let acl = ["user limited on >pw ~app:* &* +get +client|setname"]
        try await withRedis(RedisServerOptions(acl: acl)) { configuration in
            configuration.username = "limited"
            configuration.password = "pw"
        } _: { _, redis in
            #expect(try await redis.send(Get("app:1")) == nil)
            for command: RawCommand in [["GET", "other"], ["SET", "app:1", "x"]] {
                let error = try await redisError { _ = try await redis.send(command) }
                #expect(error.prefix == "NOPERM")
                #expect(error.command == command.name)
            }
        }
    }

    @Test func `a database that does not exist is told at once`() async throws {
        try await withRedis { configuration in
            configuration.database = 999
        } _: { server, redis in
            let error = try await redisError { _ = try await redis.send(Get("k")) }
            #expect(error.command == "SELECT")
            #expect(error.server == "127.0.0.1:\(server.port)/999")
        }
    }

    @Test func `a full server has room later`() async throws {
        try await withRedis(RedisServerOptions(config: ["maxclients 1"])) { server, first in
            _ = try await first.send(Ping())
            var hasty = server.configuration()
            hasty.commandTimeout = .seconds(2)
            try await withClient(hasty) { second in
                let error = try await redisError { _ = try await second.send(Get("k")) }
                #expect(error.code == .connectionFailed)
                #expect(error.message.contains("max number of clients"))
            }
            try await withClient(server.configuration()) { second in
                async let value = second.send(["ECHO", "x"])
                await first.close()
                let text = try await value.string
                #expect(text == "x")
            }
        }
    }

    @Test func `a master that became a replica costs the connection`() async throws {
        try await withRedis { _, redis in
            let before = try await redis.send(["CLIENT", "ID"])
            _ = try await redis.send(["REPLICAOF", "127.0.0.1", "1"])
            let error = try await redisError { _ = try await redis.send(SetValue("k", "x")) }
            #expect(error.prefix == "READONLY")
            #expect(error.isTransient)
            _ = try await redis.send(["REPLICAOF", "NO", "ONE"])
            let after = try await redis.send(["CLIENT", "ID"])
            #expect(after != before)
            #expect(try await redis.send(SetValue("k", "x")))
        }
    }
}
