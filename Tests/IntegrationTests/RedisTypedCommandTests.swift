import Redis
import Testing

/// The typed commands against a real server: arguments in the right order, replies of the right type.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(3)))
struct RedisTypedCommandTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `strings and keys`() async throws {
        try await withRedis { _, redis async throws in
            #expect(try await redis.send(SetValue("a", "1")))
            #expect(try await !redis.send(SetValue("a", "2", condition: .ifAbsent)))
            #expect(try await redis.send(SetValue("a", 2, expiration: .after(.seconds(60)), condition: .ifPresent)))
            guard case .limited(let left) = try await redis.send(PTTL("a")) else {
                Issue.record("the key does not live for ever")
                return
            }
            #expect(left > .seconds(30) && left <= .seconds(60))
            #expect(try await redis.send(SetValue("a", 5, expiration: .keep)))
            #expect(try await redis.send(PTTL("a")) != .unlimited)
            #expect(try await redis.send(Incr("a", by: 3)) == 8)
            try await redis.send(SetEx("b", seconds: 100, value: [1, 2] as [UInt8]))
            #expect(try await redis.send(MGet(["a", "b", "c"])) == [bytes("8"), [1, 2], nil])
            #expect(try await redis.send(Exists("a", "b", "c")) == 2)
            #expect(try await redis.send(Expire("b", after: .milliseconds(90_000))))
            #expect(try await !redis.send(Expire("c", after: .seconds(1))))
            #expect(try await redis.send(PTTL("c")) == .absent)
            #expect(try await redis.send(Del("a")) == 1)
            #expect(try await redis.send(Unlink("a", "b")) == 1)
        }
    }

    @Test func `a scan finds every key`() async throws {
        try await withRedis { _, redis async throws in
            _ = await redis.pipeline((0..<500).map { RawCommand(SetValue("p:\($0)", $0)) })
            _ = try await redis.send(SetValue("other", "x"))
            var found: Set<[UInt8]> = []
            var cursor: UInt64 = 0
            repeat {
                let page = try await redis.send(Scan(cursor, matching: "p:*", count: 50))
                found.formUnion(page.elements)
                cursor = page.cursor
            } while cursor != 0
            #expect(found.count == 500)
        }
    }

    @Test func `lists`() async throws {
        try await withRedis { _, redis async throws in
            #expect(try await redis.send(RPush("l", "b", "c")) == 2)
            #expect(try await redis.send(LPush("l", "a")) == 3)
            #expect(try await redis.send(LLen("l")) == 3)
            #expect(try await redis.send(LRange("l")) == [bytes("a"), bytes("b"), bytes("c")])
            #expect(try await redis.send(LRange("l", from: -2, to: -1)).count == 2)
            #expect(try await redis.send(LRem("l", element: "b")) == 1)
            #expect(try await redis.send(RPop("l")) == bytes("c"))
            try await redis.send(LTrim("l", from: 0, to: 0))
            #expect(try await redis.send(LPop("l")) == bytes("a"))
            #expect(try await redis.send(LPop("l")) == nil)
            #expect(try await redis.send(BLPop(["l"], timeout: .milliseconds(10))) == nil)
            let move = BLMove(from: "l", to: "m", timeout: .milliseconds(10))
            #expect(try await redis.send(move) == nil)
            _ = try await redis.send(RPush("l", "x"))
            #expect(try await redis.send(move) == bytes("x"))
            let popped = try await redis.send(BRPop(["l", "m"], timeout: .seconds(10)))
            #expect(popped?.key == "m")
            #expect(popped?.value == bytes("x"))
        }
    }

    @Test func `hashes`() async throws {
        try await withRedis { _, redis async throws in
            #expect(try await redis.send(HSet("h", fields: [("a", 1), ("b", [0] as [UInt8])])) == 2)
            #expect(try await redis.send(HSet("h", "a", 2)) == 0)
            #expect(try await redis.send(HGet("h", field: "a")) == bytes("2"))
            #expect(try await redis.send(HGet("h", field: "z")) == nil)
            #expect(try await redis.send(HExists("h", field: "b")))
            #expect(try await redis.send(HIncrBy("h", field: "a", by: 5)) == 7)
            #expect(try await redis.send(HLen("h")) == 2)
            let all = try await redis.send(HGetAll("h"))
            #expect(Set(all.map(\.field)) == [bytes("a"), bytes("b")])
            let page = try await redis.send(HScan("h", matching: "b"))
            #expect(page.cursor == 0)
            #expect(page.elements == all.filter { $0.field == bytes("b") })
            #expect(try await redis.send(HDel("h", "a", "z")) == 1)
        }
    }

    @Test func `sets`() async throws {
        try await withRedis { _, redis async throws in
            #expect(try await redis.send(SAdd("s", "a", "b")) == 2)
            #expect(Set(try await redis.send(SMembers("s"))) == [bytes("a"), bytes("b")])
            #expect(try await redis.send(SIsMember("s", member: "a")))
            #expect(try await redis.send(SRem("s", members: ["a"])) == 1)
            #expect(try await redis.send(SMembers("absent")).isEmpty)
        }
    }

    @Test func `sorted sets`() async throws {
        try await withRedis { _, redis async throws in
            #expect(try await redis.send(ZAdd("z", members: [(1, "a"), (2.5, "b"), (1e18, "c")])) == 3)
            #expect(try await redis.send(ZAdd("z", members: [(5, "a"), (5, "n")], conditions: [.ifPresent])) == 0)
            let raised = ZAdd("z", members: [(1, "a"), (3, "b")], conditions: [.ifGreater], countsChanges: true)
            #expect(try await redis.send(raised) == 1)
            #expect(try await redis.send(ZScore("z", member: "a")) == 5)
            #expect(try await redis.send(ZScore("z", member: "n")) == nil)
            #expect(try await redis.send(ZCard("z")) == 3)
            #expect(try await redis.send(ZRange("z")) == [bytes("b"), bytes("a"), bytes("c")])
            let due = ZRange("z", .scores(from: .lowest, to: .exclusive(5)))
            #expect(try await redis.send(due) == [bytes("b")])
            let latest = ZRangeWithScores(
                "z",
                .scores(from: .inclusive(3), to: .highest),
                reversed: true,
                limit: 0..<2
            )
            let scored = try await redis.send(latest)
            #expect(scored.map(\.member) == [bytes("c"), bytes("a")])
            #expect(scored.map(\.score) == [1e18, 5])
            #expect(try await redis.send(ZRemRangeByScore("z", to: .inclusive(3))) == 1)
            #expect(try await redis.send(ZRem("z", "a", "x")) == 1)
        }
    }

    @Test func `the server itself`() async throws {
        try await withRedis { _, redis async throws in
            try await redis.send(Ping())
            #expect(try await redis.send(Time()) > .seconds(1_600_000_000))
            #expect(try await redis.send(Info("server"))["redis_version"] != nil)
            #expect(try await redis.send(Publish("x", to: "nobody")) == 0)
        }
    }

    @Test func `a reply of the wrong type is an error that shows no payload`() async throws {
        struct Misread: RedisCommand {
            var name: String { "ECHO" }
            func encode(into writer: inout RESPWriter) { writer.write("geheim") }
            func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
        }
        try await withRedis { server, redis in
            let error = try await redisError { _ = try await redis.send(Misread()) }
            #expect(error.code == .unexpectedReply)
            #expect(error.command == "ECHO")
            #expect(error.server == "127.0.0.1:\(server.port)/0")
            #expect(!error.description.contains("geheim"))
        }
    }
}
