import Testing

@testable import Celery

/// How many slots a pool makes and takes away.
struct PoolSizeTests {
    @Test func `growing makes the slots that are missing`() {
        var size = PoolSize(2)
        let missing = size.resize(to: 5)
        #expect(missing == 3)
        #expect(size.target == 5)
        let ended = size.endOne()
        #expect(!ended)
    }

    @Test func `shrinking takes slots as they get free`() {
        var size = PoolSize(3)
        let missing = size.resize(to: 1)
        #expect(missing == 0)
        #expect(size.surplus == 2)
        let ended = (0..<3).map { _ in size.endOne() }
        #expect(ended == [true, true, false])
    }

    @Test func `growing keeps first what was to go`() {
        var size = PoolSize(4)
        _ = size.resize(to: 1)
        let first = size.resize(to: 3)
        #expect(first == 0)
        #expect(size.surplus == 1)
        let second = size.resize(to: 6)
        #expect(second == 2)
        #expect(size.surplus == 0)
    }

    @Test func `there are never fewer slots than none`() {
        var size = PoolSize(1)
        _ = size.resize(to: -3)
        #expect(size.target == 0)
        #expect(size.surplus == 1)
    }
}
