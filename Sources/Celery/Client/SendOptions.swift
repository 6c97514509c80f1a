public import Foundation

/// How one call is sent; `apply_async`'s options of the same meaning.
public struct SendOptions: Sendable {
    /// The task's id; a new UUID when nil.
    public var taskID: TaskID?
    /// The queue it goes to; where the client's router sends it when nil.
    public var queue: QueueName?
    /// The exchange it goes to, with a ``routingKey``.
    public var exchange: Exchange?
    /// The routing key; the queue's own when nil.
    public var routingKey: String?
    /// How long to wait before it may run.
    public var countdown: Duration?
    /// When it may run, if ``countdown`` is nil.
    public var eta: Date?
    /// After how long it is no longer worth running.
    public var expiresIn: Duration?
    /// When it is no longer worth running, if ``expiresIn`` is nil.
    public var expires: Date?
    /// From 0 to 9; on Redis 0 is read first.
    ///
    /// When nil it is what the client's router says, and 0 without a word from it.
    public var priority: Int?
    /// Kills the task after that time.
    public var timeLimit: Duration?
    /// Cancels the task after that time.
    public var softTimeLimit: Duration?
    /// Whether the result is not stored; the task's own word when nil.
    public var ignoreResult: Bool?
    /// How the body is written; the client's settings when nil.
    public var serializer: Serializer?
    /// How the body is compressed; the client's settings when nil.
    public var compression: Compression?
    /// More headers, at the top level of the message's headers.
    public var headers: JSONObject
    /// What is sent when it succeeds, with its result as first argument (`link`).
    public var link: [Signature]
    /// What is sent or called when it fails (`link_error`).
    public var linkError: [Signature]
    /// The name that logs and monitors show instead of the task's.
    public var shadow: String?
    /// The id of the queue for answers; the client's own when nil.
    public var replyTo: String?
    /// The id of the workflow's first task; the task's own when nil.
    public var rootID: TaskID?
    /// The id of the task that it is sent for.
    public var parentID: TaskID?
    /// The id of the group that it belongs to.
    public var groupID: String?
    /// Stamps: headers that travel on with everything that follows from it.
    public var stamps: JSONObject
    /// How often it is sent again when the broker cannot be reached (`retry`, `retry_policy`).
    ///
    /// Not at all when nil: the broker's client waits for its connection by itself.
    public var retries: PublishRetries?

    /// Makes options; the defaults are those of `delay()`.
    public init(
        taskID: TaskID? = nil,
        queue: QueueName? = nil,
        exchange: Exchange? = nil,
        routingKey: String? = nil,
        countdown: Duration? = nil,
        eta: Date? = nil,
        expiresIn: Duration? = nil,
        expires: Date? = nil,
        priority: Int? = nil,
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil,
        ignoreResult: Bool? = nil,
        serializer: Serializer? = nil,
        compression: Compression? = nil,
        headers: JSONObject = [:],
        link: [Signature] = [],
        linkError: [Signature] = [],
        shadow: String? = nil,
        replyTo: String? = nil,
        rootID: TaskID? = nil,
        parentID: TaskID? = nil,
        groupID: String? = nil,
        stamps: JSONObject = [:],
        retries: PublishRetries? = nil
    ) {
        self.taskID = taskID
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
        self.countdown = countdown
        self.eta = eta
        self.expiresIn = expiresIn
        self.expires = expires
        self.priority = priority
        self.timeLimit = timeLimit
        self.softTimeLimit = softTimeLimit
        self.ignoreResult = ignoreResult
        self.serializer = serializer
        self.compression = compression
        self.headers = headers
        self.link = link
        self.linkError = linkError
        self.shadow = shadow
        self.replyTo = replyTo
        self.rootID = rootID
        self.parentID = parentID
        self.groupID = groupID
        self.stamps = stamps
        self.retries = retries
    }

    /// What routing looks at, under Celery's names.
    var routing: JSONObject {
        var options: JSONObject = [:]
        if let queue { options["queue"] = .string(queue.rawValue) }
        if let exchange { options["exchange"] = exchange.jsonValue }
        if let routingKey { options["routing_key"] = .string(routingKey) }
        if let priority { options["priority"] = .integer(priority) }
        return options
    }
}
