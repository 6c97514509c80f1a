import Celery
import CeleryRedis
import Redis
import Testing

/// Connections that have died without a word, as after a power cut or behind a router that has forgotten them.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(2))) struct DeadConnectionTests {
    @Test func `a consumer whose connections all died is back before its peeks would end`() async throws {
        try await withRedis { server, direct in
            let proxy = try await SilentProxy.start(to: server.port)
            var configuration = server.configuration(timeout: .seconds(1))
            configuration.address = .host("127.0.0.1", port: proxy.port)
            try await withClient(configuration) { redis in
                let results = RedisResultBackend(redis)
                let fixture = BrokerFixture(redis: redis, broker: RedisBroker(redis), results: results)
                let sender = BrokerFixture(redis: direct, broker: RedisBroker(direct), results: results)
                try await consuming(fixture, livenessTimeout: .seconds(60)) { consumer in
                    _ = try await sender.send()
                    #expect(try await consumer.reserve { 1 }.count == 1)
                    async let waiting = reserve(from: consumer)
                    // All four lists are watched: nobody asks for anything but by blocking.
                    let blocked = try await eventually {
                        try await direct.send(Info("clients"))["blocked_clients"]
                    } until: {
                        $0 == "4"
                    }
                    #expect(blocked == "4")
                    proxy.cut()
                    let start = ContinuousClock.now
                    _ = try await sender.send()
                    let count = try await waiting
                    #expect(count == 1)
                    // A peek blocks for ten seconds, and is given up a second later.
                    #expect(ContinuousClock.now - start < .seconds(8))
                }
            }
            try await proxy.close()
        }
    }

    /// Reserves as a worker does, which asks again after an error.
    private func reserve(from consumer: any Consumer) async throws -> Int {
        while true {
            do {
                return try await consumer.reserve { 1 }.count
            } catch let error as CeleryError where error.code == .unavailable {
                continue
            }
        }
    }
}
