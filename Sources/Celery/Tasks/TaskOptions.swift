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
    /// Whether a task whose process died goes back to the queue instead of failing with `WorkerLostError`.
    public var rejectOnWorkerLost: Bool
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
    /// The time after which the task's process is killed; the worker's default when nil.
    public var timeLimit: Duration?
    /// The time after which the task is cancelled; the worker's default when nil.
    public var softTimeLimit: Duration?

    /// Makes options; the defaults are Celery's, but for ``acknowledgement`` (see ``WorkerConfiguration``).
    public init(
        acknowledgement: Acknowledgement? = nil,
        rejectOnWorkerLost: Bool = false,
        ignoreResult: Bool? = nil,
        storeErrorsEvenIfIgnored: Bool? = nil,
        trackStarted: Bool? = nil,
        maxRetries: Int? = 3,
        retryDelay: Duration = .seconds(180),
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil
    ) {
        self.acknowledgement = acknowledgement
        self.rejectOnWorkerLost = rejectOnWorkerLost
        self.ignoreResult = ignoreResult
        self.storeErrorsEvenIfIgnored = storeErrorsEvenIfIgnored
        self.trackStarted = trackStarted
        self.maxRetries = maxRetries
        self.retryDelay = retryDelay
        self.timeLimit = timeLimit
        self.softTimeLimit = softTimeLimit
    }
}
