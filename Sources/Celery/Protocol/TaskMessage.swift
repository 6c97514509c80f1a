public import Foundation

/// A message that calls a task, taken apart.
///
/// Protocol 2, which all producers of today speak, is read as well as protocol 1. What is read is checked here once: the
/// members have the types of this structure or the message is refused with an error that names the one that has not. Only
/// what is there to be shown is never refused: ``shadow``, ``argsRepr``, ``kwargsRepr`` and ``origin``.
/// The message itself is kept, so that a retry sends the arguments on byte for byte.
public struct TaskMessage: Sendable {
    /// The id of the task.
    public let id: TaskID
    /// The name under which the task is registered.
    public let task: String
    /// The positional arguments.
    public let args: [JSONValue]
    /// The keyword arguments.
    public let kwargs: JSONObject
    /// What follows the task.
    public let embed: TaskEmbed
    /// The time before which the task does not run.
    public let eta: Date?
    /// The time after which the task does not run.
    public let expires: Date?
    /// The id of the group that the task belongs to.
    public let group: String?
    /// The task's place in its group.
    public let groupIndex: Int?
    /// How often the task was retried.
    public let retries: Int
    /// The hard time limit of this call.
    public let timeLimit: Duration?
    /// The soft time limit of this call.
    public let softTimeLimit: Duration?
    /// The id of the workflow's first task; the task's own when the message has none.
    public let rootID: TaskID
    /// The id of the task that sent this one.
    public let parentID: TaskID?
    /// The name to show instead of the task's.
    public let shadow: String?
    /// The positional arguments as text for people.
    public let argsRepr: String
    /// The keyword arguments as text for people.
    public let kwargsRepr: String
    /// Who sent the task, such as `gen8137@host`.
    public let origin: String?
    /// Whether the result is not to be stored; nil leaves it to the task.
    public let ignoreResult: Bool?
    /// How often the task was replaced by another one under the same id.
    public let replacedTaskNesting: Int
    /// The names of the stamps.
    public let stampedHeaders: [String]?
    /// The stamps.
    public let stamps: JSONObject
    /// The protocol in which the message is written: 1 or 2.
    public let protocolVersion: Int

    /// The message as it came.
    let original: Message

    /// All headers as they came.
    public var headers: JSONObject { original.headers }

    /// All properties as they came.
    public var properties: MessageProperties { original.properties }

    /// The reply id of the producer.
    public var replyTo: String? { original.properties.replyTo }

    /// The priority; on Redis lower is sooner.
    public var priority: Int { original.properties.priority }

    /// Whether the message was restored after an earlier delivery.
    public var isRedelivered: Bool {
        original.properties.isRedelivered || original.headers["redelivered"]?.boolValue == true
    }

    /// The name to show in logs and events.
    public var displayName: String { shadow ?? task }

    /// The message as it came, or as ``TaskCall`` built it.
    public func message() -> Message { original }
}

extension TaskMessage: CustomStringConvertible {
    /// The task's name and id as in Celery's log; never its arguments.
    public var description: String { "\(task)[\(id)]" }
}
