/// The size of a worker's pool, as remote control and the autoscaler change it.
protocol PoolControl: Sendable {
    /// What the pool is like now, for `stats`.
    var status: PoolStatus { get }

    /// Adds slots, and as many times the prefetch multiplier to what is fetched ahead.
    ///
    /// - Parameter count: How many.
    /// - Throws: ``PoolControlError/autoscaled(_:)``, ``PoolControlError/fixedSize``, ``PoolControlError/tooManySlots``.
    func grow(by count: Int) throws(PoolControlError)

    /// Takes slots away; one that is busy goes when its task has ended.
    ///
    /// - Parameter count: How many; one slot always stays.
    /// - Throws: ``PoolControlError/autoscaled(_:)``, ``PoolControlError/fixedSize``.
    func shrink(by count: Int) throws(PoolControlError)

    /// Replaces what tasks run in: idle processes at once, busy ones when their tasks have ended.
    ///
    /// - Throws: ``PoolControlError/restartsNotEnabled``.
    func restart() throws(PoolControlError)

    /// Changes the limits of the autoscaler.
    ///
    /// - Parameters:
    ///   - max: The most slots; as before when nil.
    ///   - min: The fewest slots; as before when nil.
    /// - Returns: The limits as they are now.
    /// - Throws: ``PoolControlError/autoscaleNotEnabled``, ``PoolControlError/wrongLimits``,
    ///   ``PoolControlError/tooManySlots``.
    func autoscale(max: Int?, min: Int?) throws(PoolControlError) -> AutoscaleLimits
}

/// What a pool is like at a moment.
struct PoolStatus: Sendable, Hashable {
    /// How many tasks may run at once.
    var concurrency: Int
    /// The numbers of the processes that tasks run in.
    var processes: [Int32]
    /// After how many tasks a process is replaced; nil for never.
    var maxTasksPerChild: Int?
    /// How many messages are fetched at most (`stats.prefetch_count`).
    var prefetchCount: Int
    /// The autoscaler; nil if there is none.
    var autoscaler: Autoscaler?

    /// What `stats.autoscaler` shows (celery/worker/autoscale.py, `info`).
    struct Autoscaler: Sendable, Hashable {
        /// Its limits.
        var limits: AutoscaleLimits
        /// How many slots there are.
        var current: Int
        /// How many tasks run or wait for a slot.
        var quantity: Int
    }
}

/// Between how many slots the autoscaler keeps a pool (`--autoscale max,min`).
public struct AutoscaleLimits: Sendable, Hashable {
    /// The most slots.
    public var max: Int
    /// The fewest slots.
    public var min: Int

    /// Makes limits.
    ///
    /// - Parameters:
    ///   - max: The most slots, at least one.
    ///   - min: The fewest slots, at most `max`.
    public init(max: Int, min: Int) {
        self.max = max
        self.min = min
    }
}

/// Why a pool is not changed; in Celery's words (celery/worker/control.py).
enum PoolControlError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The autoscaler decides on the size.
    case autoscaled(String)
    /// There is no autoscaler.
    case autoscaleNotEnabled
    /// The pool runs one task at a time and nothing else.
    case fixedSize
    /// `worker_pool_restarts` is off.
    case restartsNotEnabled
    /// The most would be below the fewest.
    case wrongLimits
    /// Nobody can have wanted so many.
    case tooManySlots

    var description: String {
        switch self {
        case .autoscaled(let command):
            "\(command) is not supported with autoscale. Adjust autoscale range instead."
        case .autoscaleNotEnabled: "Autoscale not enabled"
        case .fixedSize: "A solo pool has one slot, whatever happens"
        case .restartsNotEnabled: "Pool restarts not enabled"
        case .wrongLimits: "The maximum must be at least one and not below the minimum"
        case .tooManySlots: "A pool has \(PoolSize.most) slots at most"
        }
    }
}
