/// What connects a running task with its worker, in the same process or in another one.
struct TaskLink: Sendable {
    /// Stores a state of the task's own.
    let report: @Sendable (TaskState, JSONValue) async -> Void
    /// Sends a signature on the task's behalf; returns its result to come as JSON.
    let send: @Sendable (TaskSending) async throws -> JSONValue
    /// Sends an event of the task's own.
    var sendEvent: @Sendable (TaskEvent) async -> Void = { _ in }
}

/// What a running task asks its worker to send.
struct TaskSending: Sendable {
    var signature: Signature
    /// Whether it becomes one more part of the chord in whose header the task is.
    var joinsChord = false

    var json: JSONValue { [signature.jsonValue, .bool(joinsChord)] }

    init(_ signature: Signature, joinsChord: Bool = false) {
        self.signature = signature
        self.joinsChord = joinsChord
    }

    init(json: JSONValue) throws {
        self.init(try Signature(json: json[0] ?? .null), joinsChord: json[1]?.boolValue ?? false)
    }
}
