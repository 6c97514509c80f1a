import NIOCore
import Testing

@testable import Redis

struct PoolStateTests {
    private let start = NIODeadline.uptimeNanoseconds(0)

    private func ticket(_ lease: PoolState<String>.Lease) -> UInt64? {
        if case .wait(let ticket) = lease { ticket } else { nil }
    }

    private func reused(_ lease: PoolState<String>.Lease) -> String? {
        if case .reuse(let connection) = lease { connection } else { nil }
    }

    @Test func `beyond the limit callers wait in order`() {
        var pool = PoolState<String>(limit: 2)
        #expect(ticket(pool.lease()) == nil)
        #expect(ticket(pool.lease()) == nil)
        let first = ticket(pool.lease())
        let second = ticket(pool.lease())
        #expect(first != nil)
        #expect(second != nil)
        #expect(pool.release("a", now: start).next == first)
        #expect(reused(pool.takeIdle()) == "a")
        #expect(pool.release(nil, now: start).next == second)
        #expect(reused(pool.takeIdle()) == nil)
        #expect(pool.release("a", now: start).next == nil)
    }

    @Test func `who gives up is passed over, and a turn that came is told`() throws {
        var pool = PoolState<String>(limit: 1)
        _ = pool.lease()
        let first = try #require(ticket(pool.lease()))
        let second = try #require(ticket(pool.lease()))
        let firstWasWaiting = pool.abandon(first)
        #expect(firstWasWaiting)
        #expect(pool.release(nil, now: start).next == second)
        let secondWasWaiting = pool.abandon(second)
        #expect(!secondWasWaiting)
        #expect(pool.release(nil, now: start).next == nil)
        #expect(ticket(pool.lease()) == nil)
    }

    @Test func `the last used comes first and the others grow old`() {
        var pool = PoolState<String>(limit: 3)
        for _ in 0..<3 { _ = pool.lease() }
        _ = pool.release("a", now: start)
        _ = pool.release("b", now: start + .seconds(10))
        _ = pool.release("c", now: start + .seconds(20))
        #expect(reused(pool.lease()) == "c")
        #expect(pool.expire(idleSince: start + .seconds(5)) == ["a"])
        #expect(pool.idleCount == 1)
    }

    @Test func `after the end nothing is lent or kept`() {
        var pool = PoolState<String>(limit: 1)
        _ = pool.lease()
        let waiting = ticket(pool.lease())
        let closed = pool.close()
        #expect(closed.waiting == [waiting].compactMap { $0 })
        #expect(!pool.release("a", now: start).isKept)
        guard case .closed = pool.lease() else {
            Issue.record("a closed pool lends nothing")
            return
        }
    }

    @Test func `there are never more connections than the limit`() {
        var generator = SeededGenerator(seed: 7)
        var pool = PoolState<Int>(limit: 4)
        var leased: [Int] = []
        var open: Set<Int> = []
        var waiting = 0
        var nextConnection = 0
        func take(_ lease: PoolState<Int>.Lease) {
            switch lease {
            case .reuse(let connection): leased.append(connection)
            case .connect:
                nextConnection += 1
                open.insert(nextConnection)
                leased.append(nextConnection)
            case .wait: waiting += 1
            case .closed: Issue.record("nobody closed it")
            }
        }
        for _ in 0..<5000 {
            if Bool.random(using: &generator), waiting < 10 {
                take(pool.lease())
            } else if let index = leased.indices.randomElement(using: &generator) {
                let connection = leased.remove(at: index)
                let isBroken = Int.random(in: 0..<4, using: &generator) == 0
                if isBroken { open.remove(connection) }
                if pool.release(isBroken ? nil : connection, now: start).next != nil {
                    waiting -= 1
                    take(pool.takeIdle())
                }
            }
            #expect(open.count <= 4)
            #expect(leased.count <= 4)
            #expect(waiting == 0 || leased.count == 4)
        }
    }
}
