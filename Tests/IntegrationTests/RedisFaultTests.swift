import Logging
import Redis
import ServiceLifecycle
import Synchronization
import Testing

/// What happens when the server goes away, falls silent or comes back.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(5)))
struct RedisFaultTests {
    @Test func `commands in flight fail, later ones wait for the server to come back`() async throws {
        try await withRedis { server, redis in
            try await withClient(server.configuration()) { observer in
                _ = try await observer.send(["CLIENT", "PAUSE", 60_000, "WRITE"])
                async let inFlight = redisError { _ = try await redis.send(["INCR", "n"]) }
                async let second = redisError { _ = try await redis.send(["INCR", "n"]) }
                try await blocked(observer, count: "1")
                await server.kill()
                #expect(try await inFlight.code == .connectionClosed)
                #expect(try await second.code == .connectionClosed)

                async let waiting = redis.send(["GET", "n"])
                try await server.restart()
                #expect(try await waiting == .null)
            }
        }
    }

    // A connection whose command the server holds back counts as a blocked client.
    private func blocked(_ observer: RedisClient, count: String) async throws {
        let blocked = try await eventually {
            try await observer.send(Info("clients"))["blocked_clients"]
        } until: {
            $0 == count
        }
        #expect(blocked == count)
    }

    @Test func `without a server a command fails at its deadline and says why`() async throws {
        var configuration = RedisClientConfiguration(host: "127.0.0.1", port: try RedisServer.freePort())
        configuration.commandTimeout = .seconds(2)
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
        try await withRedis(timeout: .seconds(2)) { server, redis in
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
            try await redis.withConnection { connection in
                server.suspend()
                // Nobody sends anything; the health check alone has to notice.
                await connection.waitUntilClosed()
                let error = try await redisError { _ = try await connection.send(Ping()) }
                #expect(error.code == .connectionClosed)
            }
            server.resume()
        }
    }

    @Test func `quiet connections are kept while the server answers`() async throws {
        try await withRedis { configuration in
            configuration.idleTimeout = .milliseconds(10)
        } _: { _, redis in
            try await redis.subscribe(to: ["c"]) { subscription in
                let before = try await redis.send(Info("commandstats"))["cmdstat_ping"]
                let after = try await eventually {
                    try await redis.withConnection { try await $0.send(Info("commandstats"))["cmdstat_ping"] }
                } until: {
                    $0 != before
                }
                #expect(after != before)
                _ = try await redis.send(Publish("x", to: "c"))
                var reader = subscription.events.makeAsyncIterator()
                let event = try await reader.next()
                #expect(event == .message(RedisMessage(channel: "c", payload: Array("x".utf8))))
            }
        }
    }

    @Test func `a busy server is waited for by new connections`() async throws {
        try await withRedis { server, redis in
            // A script that runs too long makes the server answer BUSY, to a PING as well.
            _ = try await redis.send(["CONFIG", "SET", "busy-reply-threshold", 1])
            async let script = redisError { _ = try await redis.send(["EVAL", "while true do end", 0]) }
            _ = try await eventually {
                try await cli(server, "PING")
            } until: {
                $0.contains("BUSY")
            }
            try await withClient(server.configuration()) { other in
                // The new connection's handshake meets BUSY until the script is killed.
                async let reply = other.send(["ECHO", "x"])
                _ = try await eventually {
                    try await cli(server, "SCRIPT", "KILL")
                } until: {
                    $0.contains("OK")
                }
                #expect(try await reply.string == "x")
            }
            _ = try await script
        }
    }

    private func cli(_ server: RedisServer, _ words: String...) async throws -> String {
        let arguments = ["redis-cli", "-p", "\(server.port)"] + words
        let process = try RunningProcess(executable: "/usr/bin/env", arguments: arguments)
        await process.waitUntilEnded()
        return process.output
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

    @Test func `a closed client answers what is in flight and refuses the rest`() async throws {
        try await withRedis { server, redis in
            try await withClient(server.configuration()) { observer in
                _ = try await observer.send(["CLIENT", "PAUSE", 60_000, "WRITE"])
                async let last = redis.send(["INCR", "n"])
                try await blocked(observer, count: "1")
                async let closing: Void = redis.close()
                try await isClosed(redis)
                _ = try await observer.send(["CLIENT", "UNPAUSE"])
                #expect(try await last == .integer(1))
                await closing
            }
            await redis.close()
            let own = try await redisError { try await redis.withConnection { _ in } }
            #expect(own.code == .clientClosed)
            let subscription = try await redisError { try await redis.subscribe(to: ["c"]) { _ in } }
            #expect(subscription.code == .clientClosed)
        }
    }

    // A connection of one's own does not wait behind what the server holds back on the shared one.
    private func isClosed(_ redis: RedisClient) async throws {
        let code = try await eventually {
            do {
                try await redis.withConnection { _ in }
                return nil as RedisError.Code?
            } catch let error as RedisError {
                return error.code
            }
        } until: {
            $0 != nil
        }
        #expect(code == .clientClosed)
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

    @Test func `a connection that is cut again and again loses no reply and mixes none up`() async throws {
        try await withRedis { server, redis in
            try await withClient(server.configuration()) { observer in
                let (done, finish) = AsyncStream.makeStream(of: Void.self)
                async let cuts = cutConnections(observer, until: done)
                let (successes, failures) = try await increments(redis)
                finish.finish()
                #expect(try await cuts > 0)
                let count = try await observer.send(["GET", "n"]).integer ?? 0
                #expect(successes + failures == 4000)
                // What failed may have been executed or not; what succeeded was, and nothing was sent twice.
                #expect(count >= successes)
                #expect(count <= successes + failures)
            }
        }
    }

    private func cutConnections(_ observer: RedisClient, until done: AsyncStream<Void>) async throws -> Int {
        let isDone = Task { for await _ in done {} }
        let finished = Mutex(false)
        async let watching: Void = {
            await isDone.value
            finished.withLock { $0 = true }
        }()
        var cuts = 0
        repeat {
            cuts += Int(try await observer.send(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]).integer ?? 0)
            // Some commands have to get through between the cuts.
            for _ in 0..<20 { _ = try await observer.send(Ping()) }
        } while !finished.withLock { $0 }
        await watching
        return cuts
    }

    private func increments(_ redis: RedisClient) async throws -> (successes: Int64, failures: Int64) {
        try await withThrowingTaskGroup(of: (Int64, Int64).self) { group in
            for task in 0..<16 {
                group.addTask {
                    var (successes, failures): (Int64, Int64) = (0, 0)
                    for round in 0..<250 {
                        let (echo, incremented) = await redis.pipeline(
                            RawCommand("ECHO", "\(task).\(round)"),
                            Incr("n")
                        )
                        if case .success(let reply) = echo { #expect(reply.string == "\(task).\(round)") }
                        switch incremented {
                        case .success: successes += 1
                        case .failure(let error):
                            #expect(error.isTransient)
                            failures += 1
                        }
                    }
                    return (successes, failures)
                }
            }
            return try await group.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
        }
    }
}
