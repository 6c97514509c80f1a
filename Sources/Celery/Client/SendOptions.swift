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
    /// When it is no longer worth running.
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

    /// Makes options; the defaults are those of `delay()`.
    public init(
        taskID: TaskID? = nil,
        queue: QueueName? = nil,
        exchange: Exchange? = nil,
        routingKey: String? = nil,
        countdown: Duration? = nil,
        eta: Date? = nil,
        expires: Date? = nil,
        priority: Int? = nil,
        timeLimit: Duration? = nil,
        softTimeLimit: Duration? = nil,
        ignoreResult: Bool? = nil,
        serializer: Serializer? = nil,
        compression: Compression? = nil,
        headers: JSONObject = [:]
    ) {
        self.taskID = taskID
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
        self.countdown = countdown
        self.eta = eta
        self.expires = expires
        self.priority = priority
        self.timeLimit = timeLimit
        self.softTimeLimit = softTimeLimit
        self.ignoreResult = ignoreResult
        self.serializer = serializer
        self.compression = compression
        self.headers = headers
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
