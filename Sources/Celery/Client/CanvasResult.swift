/// The result to come of a canvas: of a task, of a chain's last task, of a chord's body, or of all members of a group.
///
/// Celery's `AsyncResult` and `GroupResult` in one, for a chain may end in either.
public struct CanvasResult: Sendable {
    /// The ids, as Celery writes them.
    public let handle: ResultHandle
    let client: CeleryClient

    init(handle: ResultHandle, client: CeleryClient) {
        self.handle = handle
        self.client = client
    }

    /// The id of the task or of the group.
    public var id: TaskID { handle.id }

    /// The result of what came before: of the chain's task before this one, or of the chord's header.
    public var parent: CanvasResult? {
        handle.parent.map { CanvasResult(handle: $0, client: client) }
    }

    /// The results of a group's members; nil for a single task.
    public var members: [CanvasResult]? {
        handle.members?.map { CanvasResult(handle: $0, client: client) }
    }

    /// The result of a single task, typed.
    ///
    /// - Parameter type: What the task returns.
    /// - Returns: Its result.
    public func task<Output>(_ type: Output.Type = JSONValue.self) -> AsyncResult<Output> {
        AsyncResult(id: id, backend: client.results, control: client.control)
    }

    /// Waits for the value: what the task returned, or the list of what the members of the group did.
    ///
    /// - Parameter timeout: How long to wait; for ever when nil.
    /// - Returns: The value.
    /// - Throws: ``PythonException`` when a task failed or was revoked, ``CeleryError`` with the code `timedOut`,
    ///   `unavailable` or `codingFailed`.
    public func value(timeout: Duration? = nil) async throws -> JSONValue {
        guard let members else { return try await task().value(timeout: timeout) }
        return try await withThrowingTaskGroup(of: (Int, JSONValue).self) { group in
            for (index, member) in members.enumerated() {
                group.addTask { (index, try await member.value(timeout: timeout)) }
            }
            var values = [JSONValue](repeating: .null, count: members.count)
            for try await (index, value) in group { values[index] = value }
            return .array(values)
        }
    }

    /// Saves the ids of a group's members, so that it can be found by its id (celery/result.py, `GroupResult.save`).
    ///
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    public func save() async throws {
        let effect = Effect.saveGroup(id: id.rawValue, result: handle.json)
        try await client.broker.perform([effect], storingIn: client.results)
    }
}
