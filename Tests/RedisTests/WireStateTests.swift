import NIOCore
import Testing

@testable import Redis

struct WireStateTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func enqueue(
        _ state: inout WireState,
        expected: Int = 1,
        after delay: TimeAmount = .zero,
        timeout: TimeAmount = .seconds(10)
    ) -> (ReplyWaiter, WireState.Enqueued) {
        let waiter = ReplyWaiter()
        let now = start + delay
        let result = state.enqueue(waiter, expected: expected, now: now, deadline: now + timeout) {
            for _ in 0..<expected { $0.command("PING") { _ in } }
        }
        return (waiter, result)
    }

    @Test func `only the first of many asks for a flush`() {
        var state = WireState(now: start)
        guard case .flushNeeded = enqueue(&state).1 else {
            Issue.record("the first has to ask")
            return
        }
        guard case .queued = enqueue(&state).1 else {
            Issue.record("the second need not")
            return
        }
        #expect(state.takeOutgoing().bytes?.readableBytes == 28)
        #expect(state.takeOutgoing().bytes == nil)
        guard case .flushNeeded = enqueue(&state).1 else {
            Issue.record("after the flush, the next has to ask")
            return
        }
    }

    @Test func `replies go to waiters in the order of the commands`() {
        var state = WireState(now: start)
        let one = enqueue(&state).0
        let many = enqueue(&state, expected: 3).0
        let last = enqueue(&state).0
        let first = state.received([.integer(1), .integer(2), .integer(3)], now: start)
        #expect(first.completions.map { $0.waiter === one } == [true])
        let second = state.received([.integer(4), .integer(5)], now: start)
        #expect(second.completions.count == 2)
        #expect(second.completions[0].waiter === many)
        #expect(second.completions[1].waiter === last)
        guard case .many(let values) = second.completions[0].replies else {
            Issue.record("three replies belong to one write")
            return
        }
        #expect(values == [.integer(2), .integer(3), .integer(4)])
        #expect(!state.isBusy)
    }

    @Test func `replies that nobody asked for are counted`() {
        var state = WireState(now: start)
        _ = enqueue(&state)
        let (completions, surplus) = state.received([.null, .null, .null], now: start)
        #expect(completions.count == 1)
        #expect(surplus == 2)
    }

    @Test func `an expired command keeps its place in the line`() {
        var state = WireState(now: start)
        let slow = enqueue(&state, timeout: .seconds(1)).0
        let next = enqueue(&state, timeout: .seconds(5)).0
        let expiry = state.expire(now: start + .seconds(2))
        #expect(expiry.waiters.count == 1)
        #expect(expiry.waiters.first === slow)
        #expect(expiry.next == start + .seconds(5))
        let completions = state.received([.integer(1), .integer(2)], now: start + .seconds(3)).completions
        #expect(completions.last?.waiter === next)
        #expect(state.expire(now: start + .seconds(100)).waiters.isEmpty)
    }

    @Test func `a server that says nothing is dead, one that is slow is not`() {
        var silent = WireState(now: start)
        _ = enqueue(&silent, after: .seconds(1), timeout: .seconds(1))
        #expect(silent.expire(now: start + .seconds(3)).isDead)

        var slow = WireState(now: start)
        _ = enqueue(&slow, after: .seconds(1), timeout: .seconds(1))
        _ = enqueue(&slow, after: .seconds(1), timeout: .seconds(1))
        _ = slow.received([.null], now: start + .milliseconds(1500))
        let expiry = slow.expire(now: start + .seconds(3))
        #expect(expiry.waiters.count == 1)
        #expect(!expiry.isDead)
    }

    @Test func `closing tells everybody once, with the replies that came`() {
        var state = WireState(now: start)
        _ = enqueue(&state, expected: 2)
        _ = state.received([.integer(7)], now: start)
        let unanswered = state.close(RedisError(.connectionClosed, message: ""))
        #expect(unanswered.count == 1)
        guard case .failed(let error, let received)? = unanswered.first?.replies else {
            Issue.record("half of the replies are a failure")
            return
        }
        #expect(error.code == .connectionClosed)
        #expect(received == [.integer(7)])
        #expect(state.close(RedisError(.timedOut, message: "")).isEmpty)
        guard case .refused(let refusal) = enqueue(&state).1 else {
            Issue.record("a closed connection takes no commands")
            return
        }
        #expect(refusal.code == .connectionClosed)
    }

    @Test func `draining refuses new commands and ends after the last reply`() {
        var state = WireState(now: start)
        _ = enqueue(&state)
        _ = state.takeOutgoing()
        let canCloseWhileBusy = state.drain()
        #expect(!canCloseWhileBusy)
        #expect(!state.isDrained)
        guard case .refused = enqueue(&state).1 else {
            Issue.record("a draining connection takes no commands")
            return
        }
        _ = state.received([.null], now: start)
        #expect(state.isDrained)
        var idle = WireState(now: start)
        let canCloseWhenIdle = idle.drain()
        #expect(canCloseWhenIdle)
    }
}
