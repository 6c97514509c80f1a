/// An event that a task makes itself, for monitors that know what it means.
struct TaskEvent: Sendable {
    /// The type, such as `task-progress`.
    var type: String
    /// The fields beside those that all events have.
    var fields: JSONObject

    var json: JSONValue { [.string(type), .object(fields)] }

    init(type: String, fields: JSONObject) {
        self.type = type
        self.fields = fields
    }

    init(json: JSONValue) throws {
        guard let type = json[0]?.stringValue, let fields = json[1]?.objectValue else { throw PoolFrameError() }
        self.init(type: type, fields: fields)
    }
}

extension TaskContext {
    /// Sends an event of the task's own, as Python's `Task.send_event` does; `uuid` and what all events have is added.
    ///
    /// Such events are sent whether the worker sends those of its tasks or not. One that gets lost never fails the task.
    ///
    /// - Parameters:
    ///   - type: The type, such as `task-progress`; what is before the first dash is its group.
    ///   - fields: What it tells.
    public func sendEvent(_ type: String, fields: JSONObject = [:]) async {
        await link.sendEvent(TaskEvent(type: type, fields: fields))
    }
}
