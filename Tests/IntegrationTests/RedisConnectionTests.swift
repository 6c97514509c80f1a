import Redis
import Testing

/// Connections of one's own, and commands that block.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(3)))
struct RedisConnectionTests {
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
        try await withRedis(timeout: .seconds(2)) { _, redis in
            async let popped = redis.send(BLPop(["queue"], timeout: .seconds(20)))
            async let timedOut = redis.send(BRPop(["nothing"], timeout: .milliseconds(2500)))
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

    @Test func `connections of one's own are limited and reused`() async throws {
        try await withRedis { configuration in
            configuration.pool = .init(maximumConnections: 2, idleLifetime: .seconds(60))
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
        }
    }

    @Test func `connections of one's own are closed when nobody has used them for long`() async throws {
        try await withRedis { configuration in
            configuration.pool.idleLifetime = .milliseconds(20)
        } _: { _, redis in
            try await redis.withConnection { _ = try await $0.send(Ping()) }
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

    @Test func `a connection that was changed is not lent to the next`() async throws {
        try await withRedis { _, redis in
            let first = try await redis.withConnection { connection in
                _ = try await connection.send(["SELECT", 5])
                return connection.clientID
            }
            let second = try await redis.withConnection { connection in
                let info = try await connection.send(["CLIENT", "INFO"]).string ?? ""
                #expect(info.contains(" db=0 "))
                return connection.clientID
            }
            #expect(first != second)
            let third = try await redis.withConnection { $0.clientID }
            #expect(third == second)
        }
    }

    @Test func `a connection is of no use after its scope`() async throws {
        try await withRedis { _, redis in
            let escaped = try await redis.withConnection { $0 }
            let error = try await redisError { _ = try await escaped.send(Ping()) }
            #expect(error.code == .clientClosed)
        }
    }

    @Test func `a server that goes away ends a blocked read`() async throws {
        try await withRedis { server, redis in
            async let blocked = redisError {
                try await redis.withConnection { _ = try await $0.send(BRPop(["queue"], timeout: .zero)) }
            }
            _ = try await eventually {
                try await redis.send(Info("clients"))["blocked_clients"]
            } until: {
                $0 == "1"
            }
            await server.kill()
            let error = try await blocked
            #expect(error.code == .connectionClosed)
            #expect(error.command == "BRPOP")
        }
    }

    @Test func `a blocking peek leaves the list as it is`() async throws {
        try await withRedis { _, redis in
            let peek = BLMove(
                from: "q",
                to: "q",
                sourceSide: .right,
                destinationSide: .right,
                timeout: .seconds(60)
            )
            async let first = redis.send(peek)
            async let second = redis.send(peek)
            _ = try await eventually {
                try await redis.send(Info("clients"))["blocked_clients"]
            } until: {
                $0 == "2"
            }
            _ = try await redis.send(LPush("q", "x"))
            let seen = (try await first, try await second)
            #expect(seen.0 == Array("x".utf8))
            #expect(seen.1 == Array("x".utf8))
            #expect(try await redis.send(LLen("q")) == 1)
        }
    }
}
