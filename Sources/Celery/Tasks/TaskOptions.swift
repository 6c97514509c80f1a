/// How a task is acknowledged, limited, retried and stored; Celery's task attributes of the same meaning.
public struct TaskOptions: Sendable {
    /// When the message of a task is acknowledged.
    public enum Acknowledgement: Sendable, Hashable {
        /// Before it runs: a crash of the worker loses it (`acks_late=False`).
        case early
        /// When it has ended: a crash of the worker runs it again (`acks_late=True`).
        case late
    }

    /// When the message is acknowledged; the worker's default when nil.
    public var acknowledgement: Acknowledgement?
    /// Whether a task whose process died goes back to the queue instead of failing with `WorkerLostError`; the
    /// worker's default when nil.
    public var rejectOnWorkerLost: Bool?
    /// Whether a task whose process died is retried, as often as ``maxRetries`` allows, before any of that; the
    /// worker's default when nil.
    public var retryOnWorkerLost: Bool?
    /// Whether the message of a task that failed is done with; otherwise it is kept in the dead-letter list.
    ///
    /// The worker's default when nil. Only with late acknowledgement. Celery rejects the message then, which on Redis makes
    /// no difference.
    public var acksOnFailure: Bool?
    /// Whether the message of a task that was killed at its hard limit is done with; otherwise it goes back to its queue.
    ///
    /// The worker's default when nil. Only with late acknowledgement.
    public var acksOnTimeout: Bool?
    /// Whether results are not stored, unless the caller asks for them; the worker's default when nil.
    public var ignoreResult: Bool?
    /// Whether failures are stored although results are not; the worker's default when nil.
    public var storeErrorsEvenIfIgnored: Bool?
    /// Whether the STARTED state is stored; the worker's default when nil.
    public var trackStarted: Bool?
    /// How often a task may ask for another run; without limit when nil.
    public var maxRetries: Int?
    /// How long a retry waits unless it says so itself.
    public var retryDelay: Duration
    /// Which errors lead to a retry although the task does not ask for one; none when nil.
    public var autoRetry: RetryPolicy?
    /// The time after which the task's process is killed; the worker's default when nil.
    public var timeLimit: Duration?
    /// The time after which the task is cancelled; the worker's default when nil.
    public var softTimeLimit: Duration?
    /// How often the task may start in one worker; the worker's default when nil.
    public var rateLimit: RateLimit?

    /// Makes options; the defaults are Celery's, but for ``acknowledgement`` (see ``WorkerConfiguration``).
    public init(
        acknowledgement: Acknowledgement? = nil,
        rejectOnWorkerLost: Bool? = nil,
        retryOnWorkerLost: Bool? = nil,
        acksOnFailure: Bool? = nil,
        acksOnTimeout: Bool? = nil,
        ignoreResult: Bool? = nil,
        storeErrorsEvenIfIgnored: Bool? = nil,
        trackStarted: Bool? = nil,
        maxRetries: Int? = 3,
        retryDelay: Duration = .seconds(180),
        autoRetry: RetryPolicy? = nil,
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil,
        rateLimit: RateLimit? = nil
    ) {
        self.acknowledgement = acknowledgement
        self.rejectOnWorkerLost = rejectOnWorkerLost
        self.retryOnWorkerLost = retryOnWorkerLost
        self.acksOnFailure = acksOnFailure
        self.acksOnTimeout = acksOnTimeout
        self.ignoreResult = ignoreResult
        self.storeErrorsEvenIfIgnored = storeErrorsEvenIfIgnored
        self.trackStarted = trackStarted
        self.maxRetries = maxRetries
        self.retryDelay = retryDelay
        self.autoRetry = autoRetry
        self.timeLimit = timeLimit
        self.softTimeLimit = softTimeLimit
        self.rateLimit = rateLimit
    }
}
