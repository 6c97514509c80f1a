import Celery
import CeleryRedis
import Redis
import Synchronization
import Testing

/// Several who wait for the same messages: none of them sleeps on.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(3)))
struct WakeUpTests {
    /// How many messages were taken.
    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)

        var value: Int { count.load(ordering: .relaxed) }

        func add(_ number: Int) { count.add(number, ordering: .relaxed) }
    }

    /// Sends messages one by one, at any distance from each other, to two of ours and one that waits as kombu does.
    ///
    /// Each has to be taken before the next one is sent: if a single waking were lost, this would stand still.
    @Test func `each message wakes somebody, whoever else waits`() async throws {
        try await withFixture { fixture in
            let taken = Counter()
            let takers = [
                Task { try await Self.take(from: fixture, taken) }, Task { try await Self.take(from: fixture, taken) },
                Task { try await Self.takeAsKombu(from: fixture, taken) },
            ]
            var generator = SystemRandomNumberGenerator()
            var slowest = Duration.zero
            for number in 1...1500 {
                let start = ContinuousClock.now
                _ = try await fixture.send()
                let count = try await eventually {
                    taken.value
                } until: {
                    $0 >= number
                }
                #expect(count == number)
                slowest = max(slowest, ContinuousClock.now - start)
                // Any moment of those who go back to waiting may be the wrong one.
                for _ in 0..<Int.random(in: 0...200, using: &generator) { await Task.yield() }
            }
            // Less than any timeout that would wake one of ours by itself: a peek blocks for ten seconds.
            #expect(slowest < .seconds(5))
            for taker in takers {
                taker.cancel()
                // The end of one who was cancelled.
                _ = await taker.result
            }
        }
    }

    private static func take(from fixture: BrokerFixture, _ taken: Counter) async throws {
        try await consuming(fixture, livenessTimeout: .seconds(60), sweepInterval: .seconds(20)) { consumer in
            while true {
                let deliveries = try await consumer.reserve { 2 }
                _ = try await consumer.complete(Completion(deliveries: deliveries), storingIn: fixture.results)
                taken.add(deliveries.count)
            }
        }
    }

    private static func takeAsKombu(from fixture: BrokerFixture, _ taken: Counter) async throws {
        while true {
            let message = try await fixture.redis.send(BRPop(["q", "q\u{06}\u{16}3"], timeout: .seconds(1)))
            if message != nil { taken.add(1) }
        }
    }
}
