public import Foundation

/// A task's state and result as they are stored for it, and published to whoever waits.
public struct ResultDocument: Sendable, Hashable {
    /// The state.
    public var state: TaskState
    /// The return value, the exception, or whatever a custom state comes with.
    public var result: JSONValue
    /// The traceback of an exception.
    public var traceback: String?
    /// The tasks that the task sent, as result tuples; null when stored outside of a run.
    public var children: JSONValue
    /// When the task ended; nil while it has not.
    public var dateDone: Date?
    /// The id of the task.
    public var taskID: TaskID
    /// The id of the group that the task belongs to.
    public var groupID: String?
    /// The id of the task that sent this one.
    public var parentID: TaskID?
    /// What is stored in addition with `result_extended`: `name`, `args`, `kwargs`, `worker`, `retries`, `queue`, the stamps.
    public var extended: JSONObject

    /// Makes a document.
    ///
    /// - Parameters:
    ///   - taskID: The id of the task.
    ///   - state: The state.
    ///   - result: The return value, the exception, or whatever a custom state comes with.
    ///   - traceback: The traceback of an exception.
    ///   - children: The tasks that the task sent, as result tuples.
    ///   - dateDone: When the task ended.
    ///   - groupID: The id of the group that the task belongs to.
    ///   - parentID: The id of the task that sent this one.
    ///   - extended: What is stored in addition with `result_extended`.
    public init(
        taskID: TaskID,
        state: TaskState,
        result: JSONValue = nil,
        traceback: String? = nil,
        children: JSONValue = [],
        dateDone: Date? = nil,
        groupID: String? = nil,
        parentID: TaskID? = nil,
        extended: JSONObject = [:]
    ) {
        self.taskID = taskID
        self.state = state
        self.result = result
        self.traceback = traceback
        self.children = children
        self.dateDone = dateDone
        self.groupID = groupID
        self.parentID = parentID
        self.extended = extended
    }

    /// The exception of a FAILURE, RETRY or REVOKED; nil for other states and for what is no exception.
    public var exception: PythonException? {
        state.holdsException ? PythonException(json: result) : nil
    }

    /// The members that are stored with `result_extended`.
    ///
    /// - Parameters:
    ///   - message: The message of the task.
    ///   - worker: The name of the worker's node.
    /// - Returns: The members in Celery's order.
    public static func extended(of message: TaskMessage, worker: String) -> JSONObject {
        // celery/backends/base.py: _get_result_meta.
        var members: JSONObject = [
            "name": .string(message.task),
            "args": .array(message.args),
            "kwargs": .object(message.kwargs),
            "worker": .string(worker),
            "retries": .integer(message.retries),
            "queue": .string(message.properties.routingKey),
        ]
        if !message.stamps.isEmpty {
            let names = message.stampedHeaders ?? []
            members["stamped_headers"] = .array(names.map { .string($0) })
            for (name, value) in message.stamps where names.contains(name) {
                members[name] = value
            }
        }
        return members
    }

    /// The members of something that was never sent, because what it was to follow has failed.
    static func extended(ofUnsent signature: Signature) -> JSONObject {
        // celery/backends/base.py, _fail_chain: the request is made of the signature.
        [
            "name": .string(signature.task),
            "args": .array(signature.args),
            "kwargs": .object(signature.kwargs),
            "worker": nil,
            "retries": .integer(signature.options["retries"]?.intValue ?? 0),
            "queue": nil,
        ]
    }

    /// The document as Celery stores it by default: in JSON.
    public func serialized() -> [UInt8] {
        jsonValue.serialized()
    }

    /// The document as JSON, in Celery's order, with its time in UTC.
    public var jsonValue: JSONValue { json(in: nil) }

    /// The document as JSON, in Celery's order.
    ///
    /// - Parameter zone: The time zone in which its time is written; UTC when nil.
    /// - Returns: An object.
    public func json(in zone: TimeZone?) -> JSONValue {
        var members: JSONObject = [
            "status": .string(state.rawValue),
            "result": result,
            "traceback": traceback.map { .string($0) } ?? .null,
            "children": children,
            "date_done": dateDone.map { .string(Timestamp($0).isoFormat(in: zone)) } ?? .null,
        ]
        if let groupID {
            members["group_id"] = .string(groupID)
        }
        if let parentID {
            members["parent_id"] = .string(parentID.rawValue)
        }
        for (name, value) in extended where members[name] == nil {
            members[name] = value
        }
        members["task_id"] = .string(taskID.rawValue)
        return .object(members)
    }

    /// Reads a stored document.
    ///
    /// - Parameters:
    ///   - bytes: What is stored under the task's key or was published.
    ///   - settings: How results are written.
    /// - Throws: ``MessageError`` when it cannot be read, is no document, or has a member of the wrong type.
    public init(parsing bytes: [UInt8], _ settings: ResultSettings = .init()) throws(MessageError) {
        let value: JSONValue
        do throws(ContentError) {
            value = try settings.decode(bytes)
        } catch {
            let code: MessageError.Code = error.code == .notAvailable ? .unsupportedCompression : .malformed
            throw MessageError(code, member: "result document", problem: error.problem)
        }
        guard case .object(let object) = value else {
            let problem = "must be dict, not \(value.pythonTypeName)"
            throw MessageError(.malformed, member: "result document", problem: problem)
        }
        let reader = MemberReader(object: object, name: "result")
        state = TaskState(try reader.required("status"))
        result = object["result"] ?? .null
        traceback = try reader.string("traceback")
        children = object["children"] ?? .null
        dateDone = try reader.timestamp("date_done")?.date
        taskID = TaskID(try reader.string("task_id") ?? "")
        groupID = try reader.string("group_id")
        parentID = try reader.string("parent_id").map { TaskID($0) }
        let others = object.filter { !Self.ownMembers.contains($0.key) }
        extended = JSONObject(pairs: others.map { ($0.key, $0.value) })
    }

    private static let ownMembers: Set<String> = [
        "status", "result", "traceback", "children", "date_done", "task_id", "group_id", "parent_id",
    ]
}

extension ResultDocument: CustomStringConvertible {
    /// The state and the task's id; never the result.
    public var description: String { "\(state) of \(taskID)" }
}
