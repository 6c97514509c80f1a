/// The result to come of a signature that a task has sent: of one task, or of a group.
public struct ResultHandle: Sendable, Hashable {
    /// As Celery writes it: `[[id, parent], members]`, where `parent` is null or such a list, and `members` null or a
    /// list of such lists.
    public let json: JSONValue

    /// Takes a result over.
    ///
    /// - Parameter json: As Celery writes it (celery/result.py, `as_tuple`).
    public init(json: JSONValue) {
        self.json = json
    }

    /// The id of the task or group.
    public var id: TaskID { TaskID(json[0]?[0]?.stringValue ?? "") }

    /// The result of what came before it.
    public var parent: ResultHandle? {
        json[0]?[1].flatMap { $0.isNull ? nil : ResultHandle(json: $0) }
    }

    /// The results of a group's members; nil for a single task.
    public var members: [ResultHandle]? { json[1]?.arrayValue?.map { ResultHandle(json: $0) } }
}
