/// A command of remote control.
///
/// What a command throws is its answer too: `{"error": …}` with Python's `repr` of the exception.
protocol ControlCommand: Sendable {
    /// Does what is asked.
    ///
    /// - Parameters:
    ///   - arguments: The arguments of the request.
    ///   - node: The worker.
    /// - Returns: The answer; null where Celery's command returns nothing.
    /// - Throws: What becomes the answer.
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue
}

/// A command as a function.
struct PlainCommand: ControlCommand {
    let perform: @Sendable (ControlArguments, WorkerNode) async throws -> JSONValue

    init(_ perform: @escaping @Sendable (ControlArguments, WorkerNode) async throws -> JSONValue) {
        self.perform = perform
    }

    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        try await perform(arguments, node)
    }
}

/// What most commands answer: that it was done, or why not.
enum ControlAnswer {
    static func ok(_ text: String) -> JSONValue { ["ok": .string(text)] }
    static func error(_ text: String) -> JSONValue { ["error": .string(text)] }
}

/// A control request as a command of the user's own sees it.
public struct ControlCall: Sendable {
    /// The command's name.
    public var command: String
    /// The arguments, by keyword.
    public var arguments: JSONObject
    /// The node name of the worker that answers.
    public var nodeName: String
}
