import Foundation

/// How a worker works; the defaults are Celery's unless a property says otherwise.
public struct WorkerConfiguration: Sendable {
    /// Where tasks run.
    public enum Pool: Sendable {
        /// In child processes (`prefork`): for C libraries, hard limits and input that nobody trusts.
        case processes(Int, ProcessPoolConfiguration = .init())
        /// As Swift tasks in the worker's process (`async`): for trusted, I/O-bound work at the highest rate.
        case async(Int)
        /// One after another in the worker's process (`solo`).
        case solo

        /// How many tasks run at once.
        public var concurrency: Int {
            switch self {
            case .processes(let count, _), .async(let count): count
            case .solo: 1
            }
        }
    }

    /// The node name, `celery@HOST` unless given (`-n`).
    public var nodeName: String
    /// The queues to read (`-Q`).
    public var queues: [Queue]
    /// In which order queues are read, within each priority (`queue_order_strategy`).
    public var queueOrder: QueueOrder
    /// Where tasks run (`-P`, `-c`).
    public var pool: Pool
    /// How many messages are reserved for each slot, the running one included (`worker_prefetch_multiplier`).
    ///
    /// Zero is no limit in Celery; here it is 10,000 messages.
    public var prefetchMultiplier: Int
    /// Between how many slots the pool is kept, by what there is to do (`--autoscale`); the pool's size is fixed when nil.
    public var autoscale: AutoscaleLimits?
    /// How long a pool that has too many slots keeps them (`AUTOSCALE_KEEPALIVE`).
    public var autoscaleKeepalive: Duration
    /// Whether remote control may restart the pool (`worker_pool_restarts`).
    public var allowsPoolRestarts: Bool
    /// When messages are acknowledged unless a task says otherwise.
    ///
    /// Late here, early in Celery: leases make it safe.
    public var acknowledgement: TaskOptions.Acknowledgement
    /// Where goes what tasks send (`task_routes`, `task_queues`, `task_default_queue`).
    public var router: TaskRouter
    /// Whether what follows a task has the task's priority (`task_inherit_parent_priority`).
    public var inheritsParentPriority: Bool
    /// Whether STARTED is stored (`task_track_started`).
    public var trackStarted: Bool
    /// The time after which a task is killed, unless it or its call says otherwise (`task_time_limit`).
    public var timeLimit: Duration?
    /// The time after which a task is cancelled (`task_soft_time_limit`).
    public var softTimeLimit: Duration?
    /// How often tasks may start that have no limit of their own (`task_default_rate_limit`).
    public var defaultRateLimit: RateLimit?
    /// Whether the limits of tasks do not count here (`worker_disable_rate_limits`).
    public var disablesRateLimits: Bool
    /// How long a message may be held by a worker that does not renew its lease (`visibility_timeout`).
    public var visibilityTimeout: Duration
    /// How long a worker may be silent before others take over its messages.
    public var livenessTimeout: Duration
    /// Messages whose ETA is further away than this wait in the broker, not in memory; none when nil.
    ///
    /// A minute: nearer ones cost less memory than it takes to bring them back.
    public var parkingDistance: Duration?
    /// How often a message may be lost with its worker, or with the process that runs its task, before it is set aside.
    ///
    /// Messages that a worker hands back, because it stops or its task asks for it, are not counted.
    public var maxDeliveries: Int
    /// Whether results are not stored unless a task or its call says otherwise (`task_ignore_result`).
    public var ignoresResults = false
    /// Whether failures are stored although results are not (`task_store_errors_even_if_ignored`).
    public var storesErrorsEvenIfIgnored = false
    /// Whether tasks whose process died go back to their queues (`task_reject_on_worker_lost`).
    public var rejectsOnWorkerLost = false
    /// Whether tasks whose process died are retried (`task_retry_on_worker_lost`).
    public var retriesOnWorkerLost = false
    /// Whether late acknowledged messages of tasks that failed are done with (`task_acks_on_failure`).
    public var acksOnFailure = true
    /// Whether late acknowledged messages of tasks that were killed at their limit are done with (`task_acks_on_timeout`).
    public var acksOnTimeout = true
    /// Whether a late acknowledged task that is delivered again is not run when its success is stored already
    /// (`worker_deduplicate_successful_tasks`).
    public var deduplicatesSuccessfulTasks = false
    /// Which message bodies are read, and how the worker writes its own.
    public var content = ContentSettings()
    /// What the worker tells of itself, and what others may have it do.
    public var control = ControlConfiguration()
    /// What the worker does when it cannot reach its broker.
    public var connection = ConnectionRules()
    /// Whether the messages that wait in its queues are thrown away when it starts (`--purge`).
    public var purgesQueues = false
    /// How long running tasks may go on after a warm shutdown began; for ever when nil.
    public var drainTimeout: Duration?

    /// Makes a configuration; unnamed settings have the documented defaults.
    public init(
        nodeName: String = "celery@%h",
        queues: [Queue] = ["celery"],
        pool: Pool = .processes(WorkerConfiguration.processorCount)
    ) {
        self.nodeName = Self.expand(nodeName)
        self.queues = queues
        self.pool = pool
        queueOrder = .roundRobin
        prefetchMultiplier = 4
        autoscale = nil
        autoscaleKeepalive = .seconds(30)
        allowsPoolRestarts = false
        acknowledgement = .late
        router = TaskRouter()
        inheritsParentPriority = false
        trackStarted = false
        timeLimit = nil
        softTimeLimit = nil
        defaultRateLimit = nil
        disablesRateLimits = false
        visibilityTimeout = .seconds(3600)
        livenessTimeout = .seconds(12)
        parkingDistance = .seconds(60)
        maxDeliveries = 5
        drainTimeout = .seconds(25)
    }

    /// How many processors there are: Celery's default concurrency.
    public static var processorCount: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// Fills in `%h`, `%n` and `%d` (celery/utils/nodenames.py, `host_format`), and the host where there is none.
    package static func expand(_ name: String) -> String {
        let host = ProcessInfo.processInfo.hostName
        let full = name.contains("@") ? name : "\(name)@%h"
        let parts = host.split(separator: ".", maxSplits: 1).map(String.init)
        return
            full
            .replacing("%h", with: host)
            .replacing("%n", with: parts.first ?? host)
            .replacing("%d", with: parts.count > 1 ? parts[1] : "")
            .replacing("%%", with: "%")
    }
}
