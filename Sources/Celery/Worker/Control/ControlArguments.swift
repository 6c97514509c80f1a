/// The arguments of a control command, read as Python would call the command with them.
struct ControlArguments: Sendable {
    /// The command, for errors.
    let command: String
    let values: JSONObject

    subscript(name: String) -> JSONValue { values[name] ?? .null }

    /// An argument that must be there.
    ///
    /// - Throws: ``PythonException`` in CPython's words.
    func required(_ name: String) throws -> JSONValue {
        guard let value = values[name] else {
            throw PythonException.typeError("\(command)() missing 1 required positional argument: '\(name)'")
        }
        return value
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
