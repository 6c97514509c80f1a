import Testing

@testable import Celery

@Suite struct RateLimitTests {
    @Test(
        arguments: [
            ("10/m", 10.0 / 60), ("2/s", 2), ("100/h", 100.0 / 3600), ("0.5", 0.5), (" 3 /m", 0.05), ("1e3/s", 1000),
            ("5/", 5), ("", 0), ("0", 0), ("0/m", 0), ("inf", 0),
        ] as [(String, Double)]
    )
    func `a limit is read as Celery reads it`(text: String, perSecond: Double) throws {
        let limit = try RateLimit(text)
        #expect(abs(limit.perSecond - perSecond) < 1e-12)
        #expect(limit.description == (text.isEmpty ? "0" : text))
    }

    @Test(arguments: [
        ("bad", "ValueError(\"could not convert string to float: 'bad'\")"),
        ("/m", "ValueError(\"could not convert string to float: ''\")"),
        ("10/d", "KeyError('d')"), ("10/m/s", "KeyError('m/s')"),
        ("-1", "ValueError(\"could not convert string to float: '-1'\")"),
        ("nan", "ValueError(\"could not convert string to float: 'nan'\")"),
    ])
    func `what cannot be read is refused in Celery's words`(text: String, problem: String) {
        let error = #expect(throws: CeleryError.self) { try RateLimit(text) }
        #expect(error?.message == "Invalid rate limit string: \(problem)")
    }

    @Test func `limits made in Swift read like Celery's`() {
        #expect(RateLimit(10, per: .seconds(60)).description == "10/m")
        #expect(RateLimit(2, per: .seconds(1)).perSecond == 2)
        #expect(RateLimit(1, per: .seconds(10)).perSecond == 0.1)
        #expect(RateLimit.none.perSecond == 0)
    }

    @Test func `a rate of nearly nothing is looked at again in a day`() {
        var bucket = TokenBucket(rate: 1e-300, at: .zero)
        let isTaken = bucket.take(at: .zero)
        #expect(isTaken)
        let wait = bucket.wait(at: .seconds(1))
        #expect(wait == .seconds(86_400))
    }

    @Test func `a bucket holds one token and fills at its rate`() {
        var bucket = TokenBucket(rate: 2, at: .zero)
        var taken: [Bool] = []
        // Ten quiet seconds are worth one token, not twenty.
        for milliseconds in [0, 0, 499, 500, 10_000, 10_000] {
            taken.append(bucket.take(at: .milliseconds(milliseconds)))
        }
        #expect(taken == [true, false, false, true, true, false])
        let wait = bucket.wait(at: .milliseconds(10_100))
        #expect(wait == .milliseconds(400))
    }

    @Test func `waiting as long as it says is enough`() {
        for rate in [1.0 / 3, 7, 10.0 / 60, 1.0 / 3600] {
            var bucket = TokenBucket(rate: rate, at: .zero)
            var now = Duration.zero
            for _ in 0..<1000 {
                let isThere = bucket.take(at: now)
                #expect(isThere)
                now += bucket.wait(at: now)
            }
        }
    }
}

/// Those who wait for their turn, by a clock of the test's own.
@Suite(.timeLimit(.minutes(1))) struct RateLimitsTests {
    private let clock = ManualClock()

    /// Starts tasks in order and returns what tells of each one that may start.
    private func start(_ count: Int, of task: String, _ limits: RateLimits) async -> AsyncStream<Int> {
        let (turns, signal) = AsyncStream.makeStream(of: Int.self)
        for number in 1...count {
            Task { if await limits.turn(of: task) { signal.yield(number) } else { signal.yield(-number) } }
            while limits.waitingCount < number { await Task.yield() }
        }
        return turns
    }

    @Test func `a task without a limit starts at once`() async {
        let limits = RateLimits(["other": RateLimit(1, per: .seconds(60))], clock: clock)
        #expect(limits.startsNow("task"))
        #expect(await limits.turn(of: "task"))
    }

    @Test func `tasks start one after another, as often as they may`() async throws {
        let limits = RateLimits(["task": RateLimit(2, per: .seconds(1))], clock: clock)
        #expect(limits.startsNow("task"))
        #expect(!limits.startsNow("task"))
        var turns = await start(3, of: "task", limits).makeAsyncIterator()
        for number in 1...3 {
            await clock.sleepers(1)
            clock.advance(by: .milliseconds(499))
            #expect(limits.waitingCount == 4 - number)
            clock.advance(by: .milliseconds(1))
            #expect(await turns.next() == number)
        }
        #expect(limits.waitingCount == 0)
    }

    @Test func `one task's limit does not hold up another`() async {
        let limits = RateLimits(["slow": RateLimit(1, per: .seconds(3600))], clock: clock)
        #expect(limits.startsNow("slow"))
        _ = await start(1, of: "slow", limits)
        #expect(limits.startsNow("quick"))
        #expect(await limits.turn(of: "quick"))
    }

    @Test func `a new limit counts for those who wait already`() async {
        let limits = RateLimits(["task": RateLimit(1, per: .seconds(3600))], clock: clock)
        #expect(limits.startsNow("task"))
        var turns = await start(3, of: "task", limits).makeAsyncIterator()
        await clock.sleepers(1)
        limits.set(RateLimit(1, per: .seconds(1)), for: "task")
        // The new bucket begins with a token.
        #expect(await turns.next() == 1)
        await clock.sleepers(1)
        clock.advance(by: .seconds(1))
        #expect(await turns.next() == 2)
        limits.set(nil, for: "task")
        #expect(await turns.next() == 3)
        #expect(limits.limit(for: "task") == nil)
    }

    @Test func `limits that do not count are known, and hold up nothing`() async {
        let limits = RateLimits(["task": RateLimit(1, per: .seconds(3600))], isEnabled: false, clock: clock)
        #expect(limits.rate(of: "task") == "1/h")
        limits.setRate("2/h", of: "task")
        #expect(limits.rate(of: "task") == "2/h")
        for _ in 1...3 {
            #expect(limits.startsNow("task"))
            #expect(await limits.turn(of: "task"))
        }
    }

    @Test func `a limit that comes holds up what comes after it`() async {
        let limits = RateLimits(clock: clock)
        #expect(limits.startsNow("task"))
        limits.set(RateLimit(1, per: .seconds(60)), for: "task")
        #expect(limits.rate(of: "task") == "1/m")
        #expect(limits.startsNow("task"))
        #expect(!limits.startsNow("task"))
    }

    @Test func `closing sends away all who wait`() async {
        let limits = RateLimits(["task": RateLimit(1, per: .seconds(3600))], clock: clock)
        #expect(limits.startsNow("task"))
        let turns = await start(3, of: "task", limits)
        limits.close()
        var gone: Set<Int> = []
        for await number in turns {
            gone.insert(number)
            if gone.count == 3 { break }
        }
        #expect(gone == [-1, -2, -3])
        #expect(await !limits.turn(of: "task"))
        #expect(limits.waitingCount == 0)
    }
}
