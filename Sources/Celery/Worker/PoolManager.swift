import Logging
import Synchronization

/// Changes the size of a worker's pool, and with it how much is fetched ahead.
final class PoolManager: PoolControl {
    private struct State {
        /// Nil if there is no autoscaler.
        var autoscaling: Autoscaling?
    }

    private let pool: any WorkerPool
    private let gate: PrefetchGate
    private let maxTasksPerChild: Int?
    private let allowsRestarts: Bool
    private let logger: Logger
    private let state: Mutex<State>

    /// - Parameters:
    ///   - pool: The pool; of the size that the configuration asks for.
    ///   - gate: What is fetched ahead; made for the most slots that the pool can have.
    ///   - configuration: How the worker works.
    ///   - logger: Where it reports.
    init(pool: any WorkerPool, gate: PrefetchGate, configuration: WorkerConfiguration, logger: Logger) {
        self.pool = pool
        self.gate = gate
        self.logger = logger
        if case .processes(_, let children) = configuration.pool {
            maxTasksPerChild = children.maxTasksPerChild
        } else {
            maxTasksPerChild = nil
        }
        allowsRestarts = configuration.allowsPoolRestarts
        let autoscaling = configuration.autoscale.map {
            Autoscaling($0, keepalive: configuration.autoscaleKeepalive)
        }
        state = Mutex(State(autoscaling: autoscaling))
    }

    var status: PoolStatus {
        let limits = state.withLock { $0.autoscaling?.limits }
        return PoolStatus(
            concurrency: pool.concurrency,
            processes: pool.processes,
            maxTasksPerChild: maxTasksPerChild,
            prefetchCount: gate.limit,
            autoscaler: limits.map { .init(limits: $0, current: pool.concurrency, quantity: gate.held) }
        )
    }

    func grow(by count: Int) throws(PoolControlError) {
        guard state.withLock({ $0.autoscaling == nil }) else { throw .autoscaled("pool_grow") }
        try resize(by: count)
    }

    func shrink(by count: Int) throws(PoolControlError) {
        guard state.withLock({ $0.autoscaling == nil }) else { throw .autoscaled("pool_shrink") }
        // Whatever a request asks for can be calculated with.
        try resize(by: -min(max(count, -PoolSize.most), PoolSize.most))
    }

    func restart() throws(PoolControlError) {
        guard allowsRestarts else { throw .restartsNotEnabled }
        pool.restart()
    }

    func autoscale(max: Int?, min: Int?) throws(PoolControlError) -> AutoscaleLimits {
        let size = pool.concurrency
        let (limits, wanted) = try state.withLock { state throws(PoolControlError) in
            guard var autoscaling = state.autoscaling else { throw .autoscaleNotEnabled }
            let wanted = try autoscaling.update(max: max, min: min, size: size)
            state.autoscaling = autoscaling
            return (autoscaling.limits, wanted)
        }
        gate.resize(concurrency: limits.max)
        resize(from: size, to: wanted)
        return limits
    }

    /// Notes that messages have come.
    func received() {
        state.withLock { $0.autoscaling?.received(at: .now) }
        scale()
    }

    /// Looks from time to time whether the pool is too large, until cancelled.
    func run() async {
        guard state.withLock({ $0.autoscaling != nil }) else { return await waitUntilCancelled() }
        // Ends only by cancellation.
        while (try? await Task.sleep(for: .seconds(1))) != nil { scale() }
    }

    private func scale() {
        let (size, quantity) = (pool.concurrency, gate.held)
        let wanted = state.withLock { $0.autoscaling?.size(from: size, quantity: quantity, now: .now) }
        if let wanted { resize(from: size, to: wanted) }
    }

    private func resize(by count: Int) throws(PoolControlError) {
        guard pool.isResizable else { throw .fixedSize }
        guard count <= PoolSize.most - pool.concurrency else { throw .tooManySlots }
        pool.resize(to: max(1, pool.concurrency + max(count, -PoolSize.most)))
        gate.resize(concurrency: pool.concurrency)
    }

    private func resize(from size: Int, to wanted: Int) {
        guard wanted != size, pool.isResizable else { return }
        // celery/worker/autoscale.py, _grow and _shrink
        if wanted > size {
            logger.info("Scaling up \(wanted - size) processes.")
        } else {
            logger.info("Scaling down \(size - wanted) processes.")
        }
        pool.resize(to: wanted)
    }
}
