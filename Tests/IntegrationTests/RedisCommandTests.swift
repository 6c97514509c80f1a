import Redis
import Testing

@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(3)))
struct RedisCommandTests {
    @Test func `a value comes back as it was set`() async throws {
        try await withRedis { _, redis async throws in
            let value = try await redis.send(RawCommand("SET", "key", [0, 255, 13, 10] as [UInt8]))
            #expect(value == .simpleString("OK"))
            #expect(try await redis.send(["GET", "key"]) == .bulk([0, 255, 13, 10]))
            #expect(try await redis.send(["GET", "other"]) == .null)
        }
    }

    @Test func `many tasks on one connection get their own replies`() async throws {
        try await withRedis { _, redis async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        for round in 0..<50 {
                            let text = "\(task).\(round)"
                            let reply = try await redis.send(["ECHO", text])
                            #expect(reply.string == text)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let info = try await redis.send(["INFO", "clients"]).string ?? ""
            #expect(info.contains("connected_clients:1\r\n"))
        }
    }

    @Test func `pipelines give a result for each command`() async throws {
        try await withRedis { _, redis async throws in
            let results = await redis.pipeline([["SET", "a", 1], ["LPUSH", "a", "x"], ["INCR", "a"]])
            let first = try results[0].get()
            #expect(first == .simpleString("OK"))
            let error = #expect(throws: RedisError.self) { try results[1].get() }
            #expect(error?.prefix == "WRONGTYPE")
            #expect(error?.command == "LPUSH")
            let last = try results[2].get()
            #expect(last == .integer(2))

            let (set, get) = await redis.pipeline(RawCommand("SET", "b", "c"), RawCommand("GET", "b"))
            let values = (try set.get(), try get.get())
            #expect(values == (.simpleString("OK"), .bulk(Array("c".utf8))))
        }
    }

    @Test func `transactions execute all commands or none`() async throws {
        try await withRedis { _, redis async throws in
            #expect(try await redis.transaction([["SET", "a", 1], ["INCRBY", "a", 4]]).last == .integer(5))

            let refused = try await redisError {
                _ = try await redis.transaction([["SET", "a", "no"], ["GET"], ["GET", "a"]])
            }
            #expect(refused.prefix == "EXECABORT")
            #expect(refused.command == "GET")
            #expect(try await redis.send(["GET", "a"]).integer == 5)

            let failed = try await redisError {
                _ = try await redis.transaction([["INCR", "a"], ["LPUSH", "a", "secret"]])
            }
            #expect(failed.prefix == "WRONGTYPE")
            #expect(failed.command == "LPUSH")
            #expect(!failed.description.contains("secret"))
            #expect(try await redis.send(["GET", "a"]).integer == 6)
        }
    }

    @Test func `transactions of many tasks do not mix`() async throws {
        try await withRedis { _, redis async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<32 {
                    group.addTask {
                        let replies = try await redis.transaction([["INCR", "n"], ["INCR", "n"], ["ECHO", task]])
                        #expect(replies[1].integer == (replies[0].integer ?? 0) + 1)
                        #expect(replies[2].string == "\(task)")
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await redis.send(["GET", "n"]).integer == 64)
        }
    }

    private struct Join: RedisScript {
        static let source: RedisScriptSource = "return KEYS[1] .. ARGV[1] .. ARGV[2]"
        var keys: [String]
        var arguments: [any RedisArgument]
        func decode(_ reply: RedisValue) throws(RedisError) -> String? { reply.string }
    }

    @Test func `a script runs whether the server knows it or not`() async throws {
        try await withRedis { _, redis async throws in
            let script = Join(keys: ["k"], arguments: [1, "two"])
            #expect(try await redis.evaluate(script) == "k1two")
            #expect(try await redis.send(EvalSHA(script)) == "k1two")
            _ = try await redis.send(["SCRIPT", "FLUSH"])
            let error = try await redisError { _ = try await redis.send(EvalSHA(script)) }
            #expect(error.prefix == "NOSCRIPT")
            #expect(try await redis.evaluate(script) == "k1two")
            #expect(try await redis.send(ScriptLoad(Join.source)) == Join.source.sha1)
        }
    }

    @Test func `watched keys abort a transaction on a connection of one's own`() async throws {
        try await withRedis { _, redis async throws in
            let error = try await redisError {
                try await redis.withConnection { connection in
                    _ = try await connection.send(["WATCH", "k"])
                    _ = try await redis.send(["SET", "k", "changed"])
                    _ = try await connection.transaction([["SET", "k", "mine"]])
                }
            }
            #expect(error.code == .transactionAborted)
            #expect(try await redis.send(["GET", "k"]).string == "changed")
        }
    }

    @Test func `commands that would disturb other tasks are refused`() async throws {
        try await withRedis { _, redis async throws in
            for command: RawCommand in [["multi"], ["WATCH", "k"], ["SELECT", 1], ["SUBSCRIBE", "c"], ["QUIT"]] {
                let error = try await redisError { _ = try await redis.send(command) }
                #expect(error.code == .invalidCommand)
                #expect(error.command == command.name)
            }
            let (echo, multi) = await redis.pipeline(RawCommand("ECHO", "x"), RawCommand("MULTI"))
            for result in [echo, multi] + (await redis.pipeline([["ECHO", "x"], ["MULTI"]])) {
                let error = #expect(throws: RedisError.self) { try result.get() }
                #expect(error?.code == .invalidCommand)
            }
            let nested = try await redisError { _ = try await redis.transaction([["MULTI"]]) }
            #expect(nested.code == .invalidCommand)
            let error = try await redisError {
                try await redis.withConnection { _ = try await $0.send(["SUBSCRIBE", "c"]) }
            }
            #expect(error.code == .invalidCommand)
        }
    }

    @Test func `an empty pipeline and an empty transaction do nothing`() async throws {
        try await withRedis { _, redis async throws in
            #expect(await redis.pipeline([]).isEmpty)
            #expect(try await redis.transaction([]).isEmpty)
        }
    }

    @Test func `a task can run on the client's event loop`() async throws {
        try await withRedis { _, redis async throws in
            try await withTaskExecutorPreference(redis.taskExecutor) {
                for number in 0..<100 {
                    let reply = try await redis.send(["ECHO", number])
                    #expect(reply.integer == Int64(number))
                }
            }
        }
    }

    @Test func `large values and many arguments go both ways`() async throws {
        try await withRedis { _, redis async throws in
            let large = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0) }
            #expect(try await redis.send(SetValue("large", large)))
            #expect(try await redis.send(Get("large")) == large)
            let values = (0..<20_000).map { "\($0)" as any RedisArgument }
            #expect(try await redis.send(RPush("list", values: values)) == 20_000)
            #expect(try await redis.send(LRange("list")).count == 20_000)
        }
    }
}
