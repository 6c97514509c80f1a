import Celery
import CeleryRedis
import Logging
import Redis
import Synchronization
import Testing

/// The client with real sentinels, and with one that says what is not true.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(5)))
struct SentinelTests {
    private func serverPort(_ redis: RedisClient) async throws -> String? {
        try await redis.send(Info("server"))["tcp_port"]
    }

    @Test func `the master is found by whichever sentinel answers`() async throws {
        try await withSentinels { fleet in
            try await withClient(try fleet.configuration()) { redis in
                #expect(try await serverPort(redis) == "\(fleet.first.port)")
                #expect(try await redis.send(["CLIENT", "INFO"]).string?.contains(" db=1 ") == true)
                let own = try await redis.withConnection { try await $0.send(Info("server"))["tcp_port"] }
                #expect(own == "\(fleet.first.port)")
            }
        }
    }

    @Test func `a name that no sentinel knows is told at once`() async throws {
        try await withSentinels { fleet in
            var configuration = try fleet.configuration()
            guard case .sentinels(var sentinels) = configuration.address else {
                Issue.record("there are no sentinels")
                return
            }
            sentinels.masterName = "theirmaster"
            sentinels.hosts.removeFirst()
            configuration.address = .sentinels(sentinels)
            try await withClient(configuration) { redis in
                let error = try await redisError { _ = try await redis.send(Get("k")) }
                #expect(error.code == .unknownMaster)
                #expect(error.message.contains("'theirmaster'"))
                #expect(error.message.contains("127.0.0.1:\(fleet.sentinels[0].port)"))
                let own = try await redisError { try await redis.withConnection { _ in } }
                #expect(own.code == .unknownMaster)
            }
        }
    }

    @Test func `wrong passwords of sentinels and of the master are told apart`() async throws {
        try await withSentinels { fleet in
            var configuration = try fleet.configuration()
            configuration.password = "falsch"
            try await withClient(configuration) { redis in
                let error = try await redisError { _ = try await redis.send(Get("k")) }
                #expect(error.code == .authentication)
                #expect(!error.message.contains("no sentinel"))
                #expect(!error.description.contains("falsch"))
            }
            guard case .sentinels(var sentinels) = configuration.address else {
                Issue.record("there are no sentinels")
                return
            }
            sentinels.password = "falsch"
            sentinels.hosts.removeFirst()
            configuration.address = .sentinels(sentinels)
            try await withClient(configuration) { redis in
                let error = try await redisError { _ = try await redis.send(Get("k")) }
                #expect(error.code == .authentication)
                #expect(error.message.contains("no sentinel leads to the master 'mymaster'"))
                #expect(!error.description.contains("falsch"))
            }
        }
    }

    @Test func `sentinels that cannot be reached are named`() async throws {
        let ports = try (0..<2).map { _ in try RedisServer.freePort() }
        let url = ports.map { "sentinel://:geheim@127.0.0.1:\($0)" }.joined(separator: ";") + "?master_name=mymaster"
        var configuration = try RedisClientConfiguration(url: url)
        configuration.commandTimeout = .seconds(1)
        try await withClient(configuration) { redis in
            let error = try await redisError { _ = try await redis.send(Get("k")) }
            #expect(error.code == .connectionFailed)
            for port in ports { #expect(error.message.contains("127.0.0.1:\(port): ")) }
            #expect(error.message.contains("'mymaster'"))
            #expect(!error.description.contains("geheim"))
        }
    }

    @Test func `a failover is followed by commands, blocked ones and subscriptions, and nothing confirmed is lost`()
        async throws
    {
        try await withSentinels(2) { fleet in
            try await withClient(try fleet.configuration()) { redis in
                try await redis.subscribe(to: ["news"]) { subscription in
                    async let blocked = redisError { try await redis.withConnection { _ = try await $0.send(block) } }
                    let isOver = Mutex(false)
                    async let written = write(redis, until: { isOver.withLock { $0 } })
                    try await fleet.failOver()
                    // The former master goes on for seconds, and would keep what is blocked on it.
                    let interruption = try await blocked
                    #expect(interruption.isTransient)
                    let port = try await eventually {
                        try? await serverPort(redis)
                    } until: {
                        $0 == "\(fleet.second.port)"
                    }
                    #expect(port == "\(fleet.second.port)")
                    isOver.withLock { $0 = true }
                    let confirmed = try await written
                    #expect(confirmed.count > 0)
                    let kept = try await redis.send(["LRANGE", "written", 0, -1]).array?.compactMap(\.string) ?? []
                    #expect(Set(confirmed.map(String.init)).isSubset(of: kept))
                    try await hears(subscription, from: redis)
                }
            }
        }
    }

    private var block: RawCommand { ["BLMOVE", "empty", "empty", "RIGHT", "RIGHT", 600] }

    /// Writes numbers until told to end, and then until one more is written.
    ///
    /// - Returns: The numbers that the replica has confirmed.
    private func write(_ redis: RedisClient, until isOver: @Sendable () -> Bool) async throws -> [Int] {
        var confirmed: [Int] = []
        for number in 0..<Int.max {
            let isLast = isOver()
            do {
                let replicas = try await redis.withConnection { connection in
                    _ = try await connection.send(["RPUSH", "written", number])
                    return try await connection.send(["WAIT", 1, 100])
                }
                if replicas == .integer(1) { confirmed.append(number) }
                if isLast { return confirmed }
            } catch let error as RedisError {
                // What fails says so, and may well work the next time.
                #expect(error.isTransient)
            }
        }
        return confirmed
    }

    private func hears(_ subscription: RedisSubscription, from redis: RedisClient) async throws {
        var events = subscription.events.makeAsyncIterator()
        #expect(try await events.next() == .reconnected)
        _ = try await redis.send(["PUBLISH", "news", "still here"])
        guard case .message(let message) = try await events.next() else {
            Issue.record("no message")
            return
        }
        #expect(String(decoding: message.payload, as: UTF8.self) == "still here")
    }

    @Test func `a server that the sentinels name and that is a replica is not taken`() async throws {
        // A real sentinel would have its own view of who is the master, and enforce it.
        try await withSentinels(0) { fleet in
            let liar = try await FakeSentinel.start(naming: [fleet.second.port, fleet.second.port, fleet.first.port])
            var configuration = fleet.configuration(of: fleet.first)
            configuration.address = .sentinels(.init(masterName: "m", hosts: [.init("127.0.0.1", port: liar.port)]))
            try await withClient(configuration) { redis in
                let port = try await serverPort(redis)
                #expect(port == "\(fleet.first.port)")
                #expect(liar.questions >= 3)
            }
            try await liar.close()
        }
    }

    @Test func `a former master loses its connections as soon as a sentinel tells`() async throws {
        // A real sentinel would have its own view of who is the master, and enforce it.
        try await withSentinels(0) { fleet in
            let teller = try await FakeSentinel.start(naming: [fleet.first.port])
            var configuration = fleet.configuration(of: fleet.first)
            configuration.address = .sentinels(.init(masterName: "m", hosts: [.init("127.0.0.1", port: teller.port)]))
            try await withClient(configuration) { redis in
                #expect(try await serverPort(redis) == "\(fleet.first.port)")
                async let blocked = redisError { try await redis.withConnection { _ = try await $0.send(block) } }
                await teller.isListenedTo()
                try await withClient(fleet.configuration(of: fleet.first)) { observer in
                    let blockedClients = try await eventually {
                        try await observer.send(Info("clients"))["blocked_clients"]
                    } until: {
                        $0 == "1"
                    }
                    #expect(blockedClients == "1")
                }
                try await withClient(fleet.configuration(of: fleet.second)) {
                    _ = try await $0.send(["REPLICAOF", "NO", "ONE"])
                }
                try await teller.tell("m 127.0.0.1 \(fleet.first.port) 127.0.0.1 \(fleet.second.port)")
                let interruption = try await blocked
                #expect(interruption.message == "another server is the master now")
                let now = try await eventually {
                    try? await serverPort(redis)
                } until: {
                    $0 == "\(fleet.second.port)"
                }
                #expect(now == "\(fleet.second.port)")
            }
            try await teller.close()
        }
    }

    @Test func `a consumer goes on after a failover, and every message ends at the new master`() async throws {
        try await withSentinels { fleet in
            try await withClient(try fleet.configuration()) { redis in
                let results = RedisResultBackend(redis)
                let fixture = BrokerFixture(redis: redis, broker: RedisBroker(redis), results: results)
                _ = try await fixture.send(100)
                try await consuming(fixture, livenessTimeout: .seconds(60)) { consumer in
                    let held = try await consumer.reserve { 50 }
                    #expect(held.count == 50)
                    try await withClient(fleet.configuration(of: fleet.second)) { replica in
                        let copied = try await eventually {
                            try await replica.send(["HLEN", "unacked"])
                        } until: {
                            $0 == .integer(50)
                        }
                        #expect(copied == .integer(50))
                        try await fleet.failOver()
                        // Some of this may still go to the former master, and then has to be done again.
                        for delivery in held { try await end(delivery, by: consumer, results) }
                        while try await left(on: replica) > 0 {
                            for delivery in try await again({ try await consumer.reserve { 100 } }) {
                                try await end(delivery, by: consumer, results)
                            }
                        }
                        let port = try await serverPort(redis)
                        #expect(port == "\(fleet.second.port)")
                    }
                }
            }
        }
    }

    private func end(_ delivery: Delivery, by consumer: any Consumer, _ results: RedisResultBackend) async throws {
        _ = try await again { try await consumer.complete(Completion(deliveries: [delivery]), storingIn: results) }
    }

    /// How many messages wait or are held.
    private func left(on server: RedisClient) async throws -> Int {
        let waiting = try await server.send(["LLEN", "q"]).decodeInt()
        return try await waiting + server.send(["HLEN", "unacked"]).decodeInt()
    }

    /// Does something again while it fails with the connection.
    private func again<R>(_ action: () async throws -> R) async throws -> R {
        for _ in 0..<100 {
            do {
                return try await action()
            } catch let error as CeleryError where error.code == .unavailable {
                await Task.yield()
            }
        }
        return try await action()
    }
}
