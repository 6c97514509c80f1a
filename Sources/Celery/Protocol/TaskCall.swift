public import Foundation

/// A call of a task that is to be sent: the parts of its message.
public struct TaskCall: Sendable {
    /// The name under which the task is registered.
    public var task: String
    /// The id of the task.
    public var id: TaskID = .random()
    /// The positional arguments.
    public var args: [JSONValue]
    /// The keyword arguments.
    public var kwargs: JSONObject
    /// What follows the task.
    public var embed = TaskEmbed()
    /// The time before which the task does not run.
    public var eta: Date?
    /// The time after which the task does not run.
    public var expires: Date?
    /// The id of the group that the task belongs to.
    public var group: String?
    /// The task's place in its group.
    public var groupIndex: Int?
    /// How often the task was retried.
    public var retries = 0
    /// The hard time limit of this call.
    public var timeLimit: Duration?
    /// The soft time limit of this call.
    public var softTimeLimit: Duration?
    /// The id of the workflow's first task; nil for the task's own.
    public var rootID: TaskID?
    /// The id of the task that sends this one.
    public var parentID: TaskID?
    /// The name to show instead of the task's.
    public var shadow: String?
    /// The positional arguments as text for people; nil to write it from them.
    public var argsRepr: String?
    /// The keyword arguments as text for people; nil to write it from them.
    public var kwargsRepr: String?
    /// Who sends the task.
    public var origin = TaskCall.processOrigin
    /// Whether the result is not to be stored; nil leaves it to the task.
    public var ignoreResult: Bool? = false
    /// How often the task was replaced by another one under the same id.
    public var replacedTaskNesting = 0
    /// The names of the stamps.
    public var stampedHeaders: [String]?
    /// The stamps.
    public var stamps: JSONObject = [:]
    /// Further headers, which may not take the names of Celery's own.
    public var additionalHeaders: JSONObject = [:]
    /// Further properties, as unknown options of `apply_async` become.
    public var additionalProperties: JSONObject = [:]
    /// The reply id of the producer.
    public var replyTo: String?
    /// The priority; on Redis lower is sooner.
    public var priority = 0
    /// Where it is sent.
    public var destination = Destination.queue(.celery)
    /// The queue that is declared before it is sent.
    public var declaring: Queue?
    /// The delivery tag.
    public var deliveryTag = MessageProperties.freshDeliveryTag()
    /// How the body is written; nil leaves it to the sender's settings.
    public var serializer: Serializer?
    /// How the body is compressed; nil leaves it to the sender's settings.
    public var compression: Compression?

    /// Makes a call to the queue `celery`.
    ///
    /// - Parameters:
    ///   - task: The name under which the task is registered.
    ///   - args: The positional arguments.
    ///   - kwargs: The keyword arguments.
    public init(task: String, args: [JSONValue] = [], kwargs: JSONObject = [:]) {
        self.task = task
        self.args = args
        self.kwargs = kwargs
    }

    /// The origin of what this process sends: `gen`, its id and its host.
    public static let processOrigin: String = {
        let process = ProcessInfo.processInfo
        return "gen\(process.processIdentifier)@\(process.hostName)"
    }()

    /// What the body holds.
    var content: JSONValue { [.array(args), .object(kwargs), embed.jsonValue] }

    /// The message of the call, with headers in the order in which Celery writes them.
    ///
    /// - Parameters:
    ///   - now: The present, from which the time until the expiry is counted.
    ///   - settings: How the body is written, as far as ``serializer`` and ``compression`` leave it open.
    /// - Returns: The message.
    /// - Throws: ``ContentError`` when the serializer has no form for the arguments, or this build does without it.
    public func message(now: Date = Date(), _ settings: ContentSettings) throws(ContentError) -> Message {
        var message = message(now: now, in: settings.timeZone)
        let (serializer, compression) = (serializer ?? settings.serializer, compression ?? settings.compression)
        if serializer != .json || compression != nil {
            try message.setContent(
                content,
                serializer: serializer,
                compression: compression,
                security: settings.security
            )
        }
        return message
    }

    /// The message of the call in JSON, with headers in the order in which Celery writes them.
    ///
    /// - Parameters:
    ///   - now: The present, from which the time until the expiry is counted.
    ///   - zone: The time zone in which times are written; UTC when nil.
    /// - Returns: The message.
    public func message(now: Date = Date(), in zone: TimeZone? = nil) -> Message {
        var properties = MessageProperties(
            correlationID: id.rawValue,
            replyTo: replyTo,
            exchange: destination.exchange,
            routingKey: destination.routingKey,
            priority: priority,
            deliveryTag: deliveryTag
        )
        if let expires {
            // kombu/messaging.py: text, in milliseconds. Redis does not act on it.
            let milliseconds = max(Timestamp(expires).microseconds - Timestamp(now).microseconds, 0) / 1000
            properties.members.set("expiration", to: .string(String(milliseconds)), after: "delivery_mode")
        }
        for (name, value) in additionalProperties where properties.members[name] == nil {
            properties.members[name] = value
        }
        return Message(body: content.serialized(), headers: headers(in: zone), properties: properties)
    }

    /// The message of the call, on its way.
    ///
    /// - Parameters:
    ///   - settings: How the body is written, as far as ``serializer`` and ``compression`` leave it open.
    ///   - now: The present, from which the time until the expiry is counted.
    /// - Returns: The message.
    /// - Throws: ``CeleryError`` with the code `codingFailed` when the arguments cannot be written so.
    public func outgoing(
        _ settings: ContentSettings = .init(),
        now: Date = Date()
    ) throws(CeleryError) -> OutgoingMessage {
        do throws(ContentError) {
            return OutgoingMessage(to: destination, message: try message(now: now, settings), declaring: declaring)
        } catch {
            throw CeleryError(.codingFailed, "the call of \(task) \(error)")
        }
    }

    // celery/app/amqp.py: as_task_v2.
    private func headers(in zone: TimeZone?) -> JSONObject {
        var headers: JSONObject = [
            "lang": "swift",
            "task": .string(task),
            "id": .string(id.rawValue),
            "shadow": Self.json(shadow),
            "eta": Self.json(eta.map { Timestamp($0).isoFormat(in: zone) }),
            "expires": Self.json(expires.map { Timestamp($0).isoFormat(in: zone) }),
            "group": Self.json(group),
            "group_index": groupIndex.map { .integer($0) } ?? .null,
            "retries": .integer(retries),
            "timelimit": [timeLimit?.jsonSeconds ?? .null, softTimeLimit?.jsonSeconds ?? .null],
            "root_id": .string((rootID ?? id).rawValue),
            "parent_id": Self.json(parentID?.rawValue),
            "argsrepr": .string(argsRepr ?? JSONValue.pythonRepr(tuple: args)),
            "kwargsrepr": .string(kwargsRepr ?? JSONValue.object(kwargs).pythonRepr()),
            "origin": .string(origin),
            "ignore_result": ignoreResult.map { .bool($0) } ?? .null,
            "replaced_task_nesting": .integer(replacedTaskNesting),
            "stamped_headers": stampedHeaders.map { .array($0.map { .string($0) }) } ?? .null,
            "stamps": .object(stamps),
        ]
        for (name, value) in additionalHeaders where headers[name] == nil {
            headers[name] = value
        }
        return headers
    }

    private static func json(_ text: String?) -> JSONValue {
        text.map { .string($0) } ?? .null
    }
}

extension TaskCall: CustomStringConvertible {
    /// The task's name and id as in Celery's log; never its arguments.
    public var description: String { "\(task)[\(id)]" }
}
