/// The arguments of a control command, read as Python would call the command with them.
struct ControlArguments: Sendable {
    /// The command, for errors.
    let command: String
    let values: JSONObject

    subscript(name: String) -> JSONValue { values[name] ?? .null }

    /// An argument that must be there.
    ///
    /// - Throws: ``ArgumentError``.
    func required(_ name: String) throws -> JSONValue { try required([name])[0] }

    /// Arguments that must be there, all of them.
    ///
    /// - Throws: ``ArgumentError``, naming all that are missing.
    func required(_ names: [String]) throws -> [JSONValue] {
        let missing = names.filter { values[$0] == nil }
        guard missing.isEmpty else { throw ArgumentError(task: command, reason: .missing(missing)) }
        return names.map { self[$0] }
    }

    /// Whether an argument is true to Python.
    func isTrue(_ name: String) -> Bool {
        switch self[name] {
        case .null, .bool(false), .integer(0): false
        case .double(let value): value != 0
        case .string(let text): !text.isEmpty
        case .array(let elements): !elements.isEmpty
        default: true
        }
    }

    /// The ids of one task or a list of them, each once.
    func taskIDs(_ name: String) throws -> [TaskID] {
        var seen: Set<TaskID> = []
        return try required(name).listed.map { TaskID($0.stringValue ?? $0.pythonRepr()) }
            .filter { seen.insert($0).inserted }
    }
}
