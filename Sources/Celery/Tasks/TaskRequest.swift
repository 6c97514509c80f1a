/// One call of a task, as the worker received it.
public struct TaskRequest: Sendable {
    /// The message: names, arguments, limits, headers.
    public var message: TaskMessage
    /// The queue it came from.
    public var queue: QueueName
    /// The node name of the worker that runs it.
    public var nodeName: String

    /// Whether every consumer of its exchange got a copy.
    public var isBroadcast = false

    /// The task's id.
    public var id: TaskID { message.id }
    /// The registered name.
    public var task: String { message.task }
    /// How many times this call was retried.
    public var retries: Int { message.retries }

    /// Makes a request.
    public init(message: TaskMessage, queue: QueueName, nodeName: String) {
        self.message = message
        self.queue = queue
        self.nodeName = nodeName
    }
}
