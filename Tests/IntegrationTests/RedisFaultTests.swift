import Logging
import Redis
import ServiceLifecycle
import Testing

/// What happens when the server goes away, falls silent or comes back.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(5)))
struct RedisFaultTests {
    @Test func `commands in flight fail, later ones wait for the server to come back`() async throws {
        try await withRedis { server, redis in
            _ = try await redis.send(Ping())
            server.suspend()
            async let inFlight = redisError { _ = try await redis.send(["INCR", "n"]) }
            // The command is on its way when the process has it in its socket; there is nothing to wait for here but
            // the write itself, which a second command on the same connection would follow.
            async let second = redisError { _ = try await redis.send(["INCR", "n"]) }
            try await writesReached(server, count: 2)
            await server.kill()
            #expect(try await inFlight.code == .connectionClosed)
            #expect(try await second.code == .connectionClosed)

            async let waiting = redis.send(["GET", "n"])
            try await server.restart()
            #expect(try await waiting == .null)
        }
    }

    // Data that a stopped process has not read yet shows as a receive queue in the kernel's table.
    private func writesReached(_ server: RedisServer, count: Int) async throws {
        _ = try await eventually {
            try ReceiveQueue.bytes(port: server.port)
        } until: {
            $0 >= count * 20
        }
    }

    @Test func `without a server a command fails at its deadline and says why`() async throws {
        var configuration = RedisClientConfiguration(host: "127.0.0.1", port: try RedisServer.freePort())
        configuration.commandTimeout = .milliseconds(300)
        configuration.backoff = .init(minimum: .milliseconds(1), maximum: .milliseconds(20))
        try await withClient(configuration) { redis in
            for _ in 0..<2 {
                let error = try await redisError { _ = try await redis.send(Get("k")) }
                #expect(error.code == .connectionFailed)
                #expect(error.message.contains("refused"))
                #expect(error.command == "GET")
                #expect(error.server == configuration.description)
            }
            let own = try await redisError { try await redis.withConnection { _ in } }
            #expect(own.code == .connectionFailed)
            let subscription = try await redisError { try await redis.subscribe(to: ["c"]) { _ in } }
            #expect(subscription.code == .connectionFailed)
        }
    }

    @Test func `a silent server is given up, and answers again on a new connection`() async throws {
        try await withRedis(timeout: .milliseconds(500)) { server, redis in
            _ = try await redis.send(Ping())
            server.suspend()
            let error = try await redisError { _ = try await redis.send(Get("k")) }
            #expect([.timedOut, .connectionClosed].contains(error.code))
            // A stopped process still takes connections, but it does not log in.
            let second = try await redisError { _ = try await redis.send(Get("k")) }
            #expect(second.code == .connectionFailed)
            server.resume()
            let value = try await eventually {
                try? await redis.send(["ECHO", "x"])
            } until: {
                $0 != nil
            }
            #expect(value?.string == "x")
        }
    }

    @Test func `a quiet connection that died is found before it is needed`() async throws {
        try await withRedis(timeout: .milliseconds(300)) { configuration in
            configuration.idleTimeout = .milliseconds(50)
        } _: { server, redis in
            let before = try await redis.send(["CLIENT", "ID"])
            server.suspend()
            // Nobody sends anything; the health check alone has to notice.
            try await connectionsChange(server)
            server.resume()
            let after = try await eventually { try? await redis.send(["CLIENT", "ID"]) } until: { $0 != nil }
            #expect(after != nil)
            #expect(after != before)
        }
    }

    private func connectionsChange(_ server: RedisServer) async throws {
        let old = try ConnectionTable.established(port: server.port)
        #expect(!old.isEmpty)
        let new = try await eventually { try ConnectionTable.established(port: server.port) } until: {
            $0.isDisjoint(with: old)
        }
        #expect(new.isDisjoint(with: old))
    }

    @Test func `a server that loads its data is waited for`() async throws {
        try await withRedis { server, redis in
            _ = try await redis.send(["DEBUG", "SET-ACTIVE-EXPIRE", "1"])
            // A script that runs too long makes the server answer BUSY, to a PING as well.
            _ = try await redis.send(["CONFIG", "SET", "busy-reply-threshold", 1])
            async let script = redisError { _ = try await redis.send(["EVAL", "while true do end", 0]) }
            try await withClient(server.configuration()) { other in
                // The new connection's handshake meets BUSY until the script is killed.
                async let reply = other.send(["ECHO", "x"])
                try await killScript(server)
                #expect(try await reply.string == "x")
            }
            _ = try await script
        }
    }

    private func killScript(_ server: RedisServer) async throws {
        _ = try await eventually {
            let process = try RunningProcess(
                executable: "/usr/bin/env",
                arguments: ["redis-cli", "-p", "\(server.port)", "SCRIPT", "KILL"]
            )
            await process.waitUntilEnded()
            return process.output
        } until: {
            $0.contains("OK")
        }
    }

    @Test func `cancelled commands do not mix up the replies of others`() async throws {
        try await withRedis { _, redis in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<2000 {
                    group.addTask {
                        let task = Task { try await redis.send(["ECHO", number]) }
                        if number.isMultiple(of: 2) { task.cancel() }
                        do {
                            let reply = try await task.value
                            #expect(reply.integer == Int64(number))
                        } catch let error as RedisError {
                            #expect(error.code == .cancelled)
                            #expect(number.isMultiple(of: 2))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await redis.send(["ECHO", "last"]).string == "last")
        }
    }

    @Test func `a blocked read ends at once when it is cancelled, and its connection is not used again`() async throws {
        try await withRedis { _, redis in
            let task = Task {
                try await redis.withConnection { connection in
                    _ = try await connection.send(BRPop(["queue"], timeout: .zero))
                }
            }
            let blocked = try await eventually {
                try await redis.send(Info("clients"))["blocked_clients"]
            } until: {
                $0 == "1"
            }
            #expect(blocked == "1")
            task.cancel()
            let error = try await redisError { try await task.value }
            #expect(error.code == .cancelled)
            #expect(error.command == "BRPOP")
            let clients = try await eventually {
                try await redis.send(Info("clients"))["connected_clients"]
            } until: {
                $0 == "1"
            }
            #expect(clients == "1")
        }
    }

    @Test func `a blocking command waits as long as it says and no command waits behind it`() async throws {
        try await withRedis(timeout: .milliseconds(500)) { _, redis in
            async let popped = redis.send(BLPop(["queue"], timeout: .seconds(20)))
            async let timedOut = redis.send(BRPop(["nothing"], timeout: .milliseconds(700)))
            _ = try await eventually {
                try await redis.send(Info("clients"))["blocked_clients"]
            } until: {
                $0 == "2"
            }
            // Longer than a command may take: the deadline is the command's own time and then some.
            #expect(try await timedOut == nil)
            _ = try await redis.send(RPush("queue", "x"))
            #expect(try await popped?.value == Array("x".utf8))
        }
    }

    @Test func `connections of one's own are limited, reused in order and closed when they are old`() async throws {
        try await withRedis { configuration in
            configuration.pool = .init(maximumConnections: 2, idleLifetime: .milliseconds(50))
        } _: { _, redis in
            let ids = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await redis.withConnection { connection in
                            _ = try await connection.send(Ping())
                            return connection.clientID
                        }
                    }
                }
                return try await group.reduce(into: [Int64?]()) { $0.append($1) }
            }
            #expect(ids.count == 20)
            #expect(Set(ids).count <= 2)
            let clients = try await eventually {
                try await redis.send(Info("clients"))["connected_clients"]
            } until: {
                $0 == "1"
            }
            #expect(clients == "1")
        }
    }

    @Test func `whoever waits too long for a connection of its own is told`() async throws {
        try await withRedis(timeout: .milliseconds(300)) { configuration in
            configuration.pool.maximumConnections = 1
        } _: { _, redis in
            try await redis.withConnection { _ in
                let error = try await redisError { try await redis.withConnection { _ in } }
                #expect(error.code == .timedOut)
                let task = Task { try await redis.withConnection { _ in } }
                task.cancel()
                let cancelled = try await redisError { try await task.value }
                #expect(cancelled.code == .cancelled)
            }
            try await redis.withConnection { _ = try await $0.send(Ping()) }
        }
    }

    @Test func `a closed client answers what is in flight and refuses the rest`() async throws {
        try await withRedis { server, redis in
            _ = try await redis.send(Ping())
            server.suspend()
            async let last = redis.send(["ECHO", "x"])
            _ = try await eventually {
                try ReceiveQueue.bytes(port: server.port)
            } until: {
                $0 > 0
            }
            async let closing: Void = redis.close()
            server.resume()
            #expect(try await last.string == "x")
            await closing
            await redis.close()
            for body: () async throws -> Void in [
                { _ = try await redis.send(Ping()) }, { try await redis.withConnection { _ in } },
                { try await redis.subscribe(to: ["c"]) { _ in } },
            ] {
                #expect(try await redisError(body).code == .clientClosed)
            }
        }
    }

    @Test func `graceful shutdown ends the service and closes its connections`() async throws {
        try await withRedisServer { server in
            let redis = RedisClient(configuration: server.configuration(), logger: Logger(label: "test"))
            let group = ServiceGroup(services: [redis], logger: Logger(label: "test"))
            async let running: Void = group.run()
            _ = try await redis.send(Ping())
            await group.triggerGracefulShutdown()
            try await running
            #expect(try await redisError { _ = try await redis.send(Ping()) }.code == .clientClosed)
        }
    }

    @Test func `a reply that is too large costs the connection, not the process`() async throws {
        try await withRedis { configuration in
            configuration.maximumReplySize = 1000
        } _: { _, redis in
            _ = try await redis.send(SetValue("k", String(repeating: "x", count: 2000)))
            let error = try await redisError { _ = try await redis.send(Get("k")) }
            #expect(error.code == .protocolError)
            #expect(error.message.contains("1000"))
            #expect(try await redis.send(["ECHO", "x"]).string == "x")
        }
    }
}
