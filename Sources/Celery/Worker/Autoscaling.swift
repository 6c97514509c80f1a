/// Decides on the size of a pool by what there is to do (celery/worker/autoscale.py).
///
/// It grows at once, and shrinks when nothing has come and nothing has grown for a while.
struct Autoscaling: Sendable {
    /// The most and the fewest slots.
    private(set) var limits: AutoscaleLimits
    /// How long it waits before it shrinks.
    let keepalive: Duration
    private var lastActivity: ContinuousClock.Instant?

    /// - Parameters:
    ///   - limits: The most and the fewest slots.
    ///   - keepalive: How long it waits before it shrinks (`AUTOSCALE_KEEPALIVE`).
    init(_ limits: AutoscaleLimits, keepalive: Duration = .seconds(30)) {
        self.limits = limits
        self.keepalive = keepalive
    }

    /// Notes that a task has come.
    mutating func received(at now: ContinuousClock.Instant) { lastActivity = now }

    /// The size that the pool should have now.
    ///
    /// - Parameters:
    ///   - size: The size that it has.
    ///   - quantity: How many tasks run or wait for a slot.
    ///   - now: The present.
    /// - Returns: Another size; nil to leave it.
    mutating func size(from size: Int, quantity: Int, now: ContinuousClock.Instant) -> Int? {
        let most = min(quantity, limits.max)
        if most > size {
            lastActivity = now
            return most
        }
        let fewest = max(quantity, limits.min)
        guard fewest < size, let lastActivity, now - lastActivity > keepalive else { return nil }
        return fewest
    }

    /// Changes the limits.
    ///
    /// - Parameters:
    ///   - max: The most slots; as before when nil.
    ///   - min: The fewest slots; as before when nil.
    ///   - size: The size of the pool.
    /// - Returns: The size that the pool must have now.
    /// - Throws: ``PoolControlError/wrongLimits``, ``PoolControlError/tooManySlots``.
    mutating func update(max: Int?, min: Int?, size: Int) throws(PoolControlError) -> Int {
        let new = AutoscaleLimits(max: max ?? limits.max, min: min ?? limits.min)
        guard new.max >= 1, new.min >= 0, new.min <= new.max else { throw .wrongLimits }
        guard new.max <= PoolSize.most else { throw .tooManySlots }
        limits = new
        return Swift.max(new.min, Swift.min(new.max, size))
    }
}
