import Testing

@testable import Celery

/// When a pool grows and shrinks by itself, as celery/worker/autoscale.py has it.
struct AutoscalingTests {
    private let start = ContinuousClock.now

    private func autoscaling(max: Int = 10, min: Int = 2) -> Autoscaling {
        Autoscaling(AutoscaleLimits(max: max, min: min), keepalive: .seconds(30))
    }

    @Test(arguments: [(2, 5, 5), (2, 50, 10), (9, 10, 10)])
    func `it grows at once to what there is to do`(size: Int, quantity: Int, wanted: Int) {
        var scaling = autoscaling()
        let size1 = scaling.size(from: size, quantity: quantity, now: start)
        #expect(size1 == wanted)
    }

    @Test func `it stays as long as something comes`() {
        var scaling = autoscaling()
        scaling.received(at: start)
        let size2 = scaling.size(from: 8, quantity: 3, now: start + .seconds(30))
        #expect(size2 == nil)
        let size3 = scaling.size(from: 8, quantity: 3, now: start + .seconds(31))
        #expect(size3 == 3)
        scaling.received(at: start + .seconds(31))
        let size4 = scaling.size(from: 8, quantity: 3, now: start + .seconds(60))
        #expect(size4 == nil)
    }

    @Test func `it does not go below the fewest`() {
        var scaling = autoscaling()
        scaling.received(at: start)
        let size5 = scaling.size(from: 8, quantity: 0, now: start + .seconds(31))
        #expect(size5 == 2)
        let size6 = scaling.size(from: 2, quantity: 0, now: start + .seconds(99))
        #expect(size6 == nil)
    }

    @Test func `growing counts as activity`() {
        var scaling = autoscaling()
        let size7 = scaling.size(from: 2, quantity: 6, now: start)
        #expect(size7 == 6)
        let size8 = scaling.size(from: 6, quantity: 0, now: start + .seconds(30))
        #expect(size8 == nil)
        let size9 = scaling.size(from: 6, quantity: 0, now: start + .seconds(31))
        #expect(size9 == 2)
    }

    @Test func `a worker that never got a task never shrinks`() {
        var scaling = autoscaling()
        let size10 = scaling.size(from: 6, quantity: 0, now: start + .seconds(9999))
        #expect(size10 == nil)
    }

    @Test func `new limits count at once`() throws {
        var scaling = autoscaling()
        let shrunk = try scaling.update(max: 4, min: nil, size: 8)
        let grown = try scaling.update(max: nil, min: 3, size: 2)
        #expect(shrunk == 4)
        #expect(grown == 3)
        #expect(scaling.limits == AutoscaleLimits(max: 4, min: 3))
    }

    @Test(arguments: [(0, 0), (2, 3), (1, -1)])
    func `limits that cannot be are refused and change nothing`(max: Int, min: Int) {
        var scaling = autoscaling()
        #expect(throws: PoolControlError.wrongLimits) { try scaling.update(max: max, min: min, size: 2) }
        #expect(scaling.limits == AutoscaleLimits(max: 10, min: 2))
    }
}
