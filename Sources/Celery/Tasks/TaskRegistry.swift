/// The tasks a worker knows, by name.
struct TaskRegistry: Sendable {
    private var definitions: [String: TaskDefinition] = [:]

    /// The registered names, sorted.
    var names: [String] { definitions.keys.sorted() }

    subscript(name: String) -> TaskDefinition? { definitions[name] }

    /// Adds a task.
    ///
    /// Registering a name twice is a mistake in the program and stops it at start.
    mutating func register(_ definition: TaskDefinition) {
        precondition(definitions[definition.name] == nil, "task \(definition.name) is registered twice")
        definitions[definition.name] = definition
    }
}
