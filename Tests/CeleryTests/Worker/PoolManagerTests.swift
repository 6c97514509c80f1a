import Logging
import Testing

@testable import Celery

/// A pool that is changed while it works.
struct PoolManagerTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private struct Parts {
        let manager: PoolManager
        let pool: InProcessPool
        let gate: PrefetchGate
    }

    private func parts(
        concurrency: Int = 2,
        isResizable: Bool = true,
        adjust: (inout WorkerConfiguration) -> Void = { _ in }
    ) -> Parts {
        var configuration = WorkerConfiguration(pool: .async(concurrency))
        adjust(&configuration)
        let runner = TaskRunner(registry: TaskRegistry(), logger: logger)
        let pool = InProcessPool(concurrency: concurrency, isResizable: isResizable, runner: runner)
        let slots = configuration.autoscale?.max ?? concurrency
        let gate = PrefetchGate(PrefetchWindow(concurrency: slots, multiplier: configuration.prefetchMultiplier))
        return Parts(
            manager: PoolManager(pool: pool, gate: gate, configuration: configuration, logger: logger),
            pool: pool,
            gate: gate
        )
    }

    @Test func `what is fetched ahead follows the pool's size`() throws {
        let parts = parts()
        try parts.manager.grow(by: 3)
        #expect(parts.manager.status.concurrency == 5)
        #expect(parts.manager.status.prefetchCount == 20)
        try parts.manager.shrink(by: 4)
        #expect(parts.manager.status.concurrency == 1)
        #expect(parts.manager.status.prefetchCount == 4)
    }

    @Test func `one slot always stays`() throws {
        let parts = parts()
        try parts.manager.shrink(by: 10)
        #expect(parts.manager.status.concurrency == 1)
    }

    @Test func `a request for any number of slots is answered`() throws {
        let parts = parts()
        #expect(throws: PoolControlError.tooManySlots) { try parts.manager.grow(by: .max) }
        #expect(throws: PoolControlError.tooManySlots) { try parts.manager.shrink(by: .min) }
        #expect(parts.manager.status.concurrency == 2)
        try parts.manager.grow(by: .min)
        try parts.manager.shrink(by: .max)
        #expect(parts.manager.status.concurrency == 1)
        let autoscaled = self.parts { $0.autoscale = AutoscaleLimits(max: 4, min: 2) }
        #expect(throws: PoolControlError.tooManySlots) { try autoscaled.manager.autoscale(max: .max, min: .max) }
        #expect(throws: PoolControlError.wrongLimits) { try autoscaled.manager.autoscale(max: .min, min: .min) }
    }

    @Test func `a solo pool has one slot`() {
        let parts = parts(concurrency: 1, isResizable: false)
        #expect(throws: PoolControlError.fixedSize) { try parts.manager.grow(by: 1) }
    }

    @Test func `an autoscaled pool is not changed by hand`() {
        let parts = parts { $0.autoscale = AutoscaleLimits(max: 4, min: 2) }
        #expect(throws: PoolControlError.autoscaled("pool_grow")) { try parts.manager.grow(by: 1) }
        #expect(throws: PoolControlError.autoscaled("pool_shrink")) { try parts.manager.shrink(by: 1) }
    }

    @Test func `what is not enabled is refused`() {
        let manager = parts().manager
        #expect(throws: PoolControlError.restartsNotEnabled) { try manager.restart() }
        #expect(throws: PoolControlError.autoscaleNotEnabled) { try manager.autoscale(max: 3, min: 1) }
    }

    @Test func `messages make an autoscaled pool grow`() {
        let parts = parts { $0.autoscale = AutoscaleLimits(max: 6, min: 2) }
        #expect(parts.manager.status.prefetchCount == 24)
        parts.gate.take(5)
        parts.manager.received()
        #expect(parts.manager.status.concurrency == 5)
        parts.gate.take(5)
        parts.manager.received()
        let expected = PoolStatus.Autoscaler(limits: AutoscaleLimits(max: 6, min: 2), current: 6, quantity: 10)
        #expect(parts.manager.status.autoscaler == expected)
    }

    @Test func `new limits change the pool and what is fetched ahead`() throws {
        let parts = parts { $0.autoscale = AutoscaleLimits(max: 6, min: 2) }
        let limits = try parts.manager.autoscale(max: 12, min: 4)
        #expect(limits == AutoscaleLimits(max: 12, min: 4))
        #expect(parts.manager.status.concurrency == 4)
        #expect(parts.manager.status.prefetchCount == 48)
    }
}
