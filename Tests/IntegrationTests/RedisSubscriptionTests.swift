import Redis
import Testing

@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(3)))
struct RedisSubscriptionTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `messages of channels and patterns arrive`() async throws {
        try await withRedis { _, redis in
            let messages = try await redis.subscribe(to: ["news"], patterns: ["we*"]) { subscription in
                #expect(try await redis.send(Publish("one", to: "news")) == 1)
                #expect(try await redis.send(Publish("two", to: "weather")) == 1)
                #expect(try await redis.send(Publish("three", to: "sports")) == 0)
                var reader = subscription.makeAsyncIterator()
                return [try await reader.next(), try await reader.next()]
            }
            #expect(messages[0] == RedisMessage(channel: "news", payload: bytes("one")))
            #expect(messages[1] == RedisMessage(channel: "weather", pattern: "we*", payload: bytes("two")))
        }
    }

    @Test func `scopes share one connection and each gets its own copy`() async throws {
        try await withRedis { _, redis in
            try await redis.subscribe(to: ["a", "b"]) { first in
                try await redis.subscribe(to: ["b", "c"]) { second in
                    #expect(try await redis.send(Publish("x", to: "b")) == 1)
                    let info = try await redis.send(Info("clients"))
                    #expect(info["connected_clients"] == "2")
                    for subscription in [first, second] {
                        var reader = subscription.makeAsyncIterator()
                        let message = try await reader.next()
                        #expect(message?.channel == "b")
                    }
                }
                // The other scope's end leaves what this one wants, and only that.
                let counts = try await redis.send(["PUBSUB", "NUMSUB", "a", "b"])
                #expect(counts.array?.compactMap(\.integer) == [1, 1])
                let rest = try await eventually {
                    try await redis.send(["PUBSUB", "NUMSUB", "c"])
                } until: {
                    $0.array?.last == .integer(0)
                }
                #expect(rest.array?.last == .integer(0))
            }
        }
    }

    @Test func `a reader hears of a lost connection and reads on after it`() async throws {
        try await withRedis { server, redis in
            try await redis.subscribe(to: ["news"]) { subscription in
                var events = subscription.events.makeAsyncIterator()
                _ = try await redis.send(Publish("before", to: "news"))
                let before = try await events.next()
                #expect(before == .message(RedisMessage(channel: "news", payload: bytes("before"))))
                await server.kill()
                try await server.restart()
                let reconnected = try await events.next()
                #expect(reconnected == .reconnected)
                #expect(try await redis.send(Publish("after", to: "news")) == 1)
                let after = try await events.next()
                #expect(after == .message(RedisMessage(channel: "news", payload: bytes("after"))))
            }
        }
    }

    @Test func `a slow reader loses the oldest messages and is told how many`() async throws {
        try await withRedis { _, redis in
            let buffering = SubscriptionBuffering(maximumMessages: 10)
            try await redis.subscribe(to: ["news", "end"], buffering: buffering) { slow in
                try await redis.subscribe(to: ["end"]) { other in
                    _ = await redis.pipeline((0..<100).map { RawCommand("PUBLISH", "news", $0) })
                    _ = try await redis.send(Publish("", to: "end"))
                    // When this one has it, the slow one has it too: both are served in one order.
                    var reader = other.makeAsyncIterator()
                    _ = try await reader.next()
                }
                var events = slow.events.makeAsyncIterator()
                var dropped = 0
                var messages: [String] = []
                while messages.last != "end" {
                    switch try await events.next() {
                    case .overflow(let count): dropped += count
                    case .message(let message): messages.append(message.channel)
                    default: Issue.record("nothing else happened")
                    }
                }
                #expect(dropped == 91)
                #expect(messages.count == 10)
            }
        }
    }

    @Test func `cancellation ends reading and unsubscribes`() async throws {
        try await withRedis { _, redis in
            let (began, begin) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await redis.subscribe(to: ["news"]) { subscription in
                    begin.finish()
                    for try await _ in subscription {}
                }
            }
            for await _ in began {}
            task.cancel()
            let error = try await redisError { try await task.value }
            #expect(error.code == .cancelled)
            let counts = try await eventually {
                try await redis.send(["PUBSUB", "NUMSUB", "news"])
            } until: {
                $0.array?.last == .integer(0)
            }
            #expect(counts.array?.last == .integer(0))
        }
    }

    @Test func `a channel that an ACL forbids is an error, not a wait`() async throws {
        let options = RedisServerOptions(acl: ["user reader on >secret ~* &ok* +@all"])
        try await withRedis(options) { configuration in
            configuration.username = "reader"
            configuration.password = "secret"
        } _: { _, redis in
            for _ in 0..<2 {
                let error = try await redisError {
                    try await redis.subscribe(to: ["forbidden"]) { _ in _ = Issue.record("it began") }
                }
                #expect(error.prefix == "NOPERM")
                #expect(error.command == "SUBSCRIBE")
            }
            try await redis.subscribe(to: ["ok1"]) { _ in }
        }
    }

    @Test func `closing the client ends a subscription`() async throws {
        try await withRedis { _, redis in
            let error = try await redisError {
                try await redis.subscribe(to: ["news"]) { subscription in
                    await redis.close()
                    for try await _ in subscription {}
                }
            }
            #expect(error.code == .clientClosed)
        }
    }

    @Test func `invalidations of another connection's tracking arrive`() async throws {
        try await withRedis { _, redis in
            try await redis.subscribe(to: ["__redis__:invalidate"]) { subscription in
                let id = try #require(subscription.clientID)
                try await redis.withConnection { tracker in
                    let tracking: RawCommand = [
                        "CLIENT", "TRACKING", "ON", "REDIRECT", Int(id), "BCAST", "PREFIX", "p:",
                    ]
                    _ = try await tracker.send(tracking)
                    _ = try await redis.send(SetValue("p:1", "x"))
                    var reader = subscription.makeAsyncIterator()
                    let message = try await reader.next()
                    #expect(message?.payload == bytes("p:1"))
                }
            }
        }
    }
}
