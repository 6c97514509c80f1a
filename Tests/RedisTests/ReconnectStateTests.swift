import NIOCore
import Testing

@testable import Redis

struct ReconnectStateTests {
    private let backoff = RedisClientConfiguration.Backoff(minimum: .milliseconds(100), maximum: .seconds(3))
    private let down = RedisError(.connectionFailed, message: "refused")
    private let wrongPassword = RedisError(.authentication, message: "WRONGPASS")
    private let start = NIODeadline.uptimeNanoseconds(0)

    private func connects(_ step: ReconnectState.Step) -> Bool {
        if case .connect = step { true } else { false }
    }

    @Test func `the first demand connects, further ones wait`() {
        var state = ReconnectState(backoff: backoff)
        #expect(connects(state.demand()))
        #expect(!connects(state.demand()))
        let isWanted = state.succeeded(now: start)
        #expect(isWanted)
        #expect(!connects(state.demand()))
    }

    @Test func `pauses grow to their limit and keep half of their length`() {
        var generator = SeededGenerator(seed: 1)
        for attempt in 0..<100 {
            let full = min(Duration.milliseconds(100) * (1 << min(attempt, 20)), .seconds(3))
            let pause = backoff.delay(attempt: attempt, using: &generator)
            #expect(pause >= full / 2)
            #expect(pause <= full)
        }
    }

    @Test func `a passing failure is tried again while anybody wants it`() {
        var generator = SeededGenerator(seed: 1)
        var state = ReconnectState(backoff: backoff)
        _ = state.demand()
        let (refusal, pause) = state.failed(down, using: &generator)
        #expect(refusal == nil)
        #expect(pause != nil)
        #expect(state.lastError?.message == "refused")
        #expect(!connects(state.demand()))
        let triesAgain = state.pauseEnded(isWanted: true)
        #expect(triesAgain)
        #expect(state.lastError?.message == "refused")
        _ = state.failed(down, using: &generator)
        let triesUnwanted = state.pauseEnded(isWanted: false)
        #expect(!triesUnwanted)
        #expect(connects(state.demand()))
    }

    @Test func `a lasting failure is told at once, and asked about again only after the pause`() {
        var generator = SeededGenerator(seed: 1)
        var state = ReconnectState(backoff: backoff)
        _ = state.demand()
        let (refusal, pause) = state.failed(wrongPassword, using: &generator)
        #expect(refusal?.code == .authentication)
        #expect(pause != nil)
        guard case .refuse(let error) = state.demand() else {
            Issue.record("the same answer within the pause")
            return
        }
        #expect(error.code == .authentication)
        let triesRefused = state.pauseEnded(isWanted: true)
        #expect(!triesRefused)
        #expect(connects(state.demand()))
    }

    @Test func `a connection that breaks at once is no success`() {
        var generator = SeededGenerator(seed: 1)
        var state = ReconnectState(backoff: backoff)
        _ = state.demand()
        var pauses: [Duration] = []
        for _ in 0..<8 {
            _ = state.succeeded(now: start)
            if let pause = state.lost(down, now: start + .milliseconds(1), using: &generator) { pauses.append(pause) }
            let triesAgain = state.pauseEnded(isWanted: true)
            #expect(triesAgain)
        }
        #expect(pauses.count == 8)
        #expect((pauses.last ?? .zero) >= .milliseconds(1500))
        _ = state.succeeded(now: start)
        let pause = state.lost(down, now: start + .seconds(60), using: &generator)
        #expect((pause ?? .seconds(9)) <= .milliseconds(100))
    }

    @Test func `nothing begins after the end`() {
        var generator = SeededGenerator(seed: 1)
        var state = ReconnectState(backoff: backoff)
        _ = state.demand()
        state.close()
        let isWanted = state.succeeded(now: start)
        #expect(!isWanted)
        #expect(state.failed(down, using: &generator).pause == nil)
        let triesAgain = state.pauseEnded(isWanted: true)
        #expect(!triesAgain)
        guard case .refuse(let error) = state.demand() else {
            Issue.record("a closed client refuses")
            return
        }
        #expect(error.code == .clientClosed)
    }
}
