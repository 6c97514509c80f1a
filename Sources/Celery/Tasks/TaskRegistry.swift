/// The tasks a worker knows, by name.
struct TaskRegistry: Sendable {
    /// What is called with a failure, in this process.
    typealias ErrorCallback = @Sendable (TaskFailure, TaskContext) async throws -> Void

    private var definitions: [String: TaskDefinition] = [:]
    private(set) var errorCallbacks: [String: ErrorCallback] = [:] {
        didSet { errorCallbackNames = Set(errorCallbacks.keys) }
    }

    /// The names of the error callbacks.
    private(set) var errorCallbackNames: Set<String> = []

    /// The registered names, sorted; Celery's own tasks are not among them.
    var names: [String] { definitions.keys.sorted() }

    /// The names of all tasks, Celery's own included, sorted.
    var allNames: [String] { Set(definitions.keys).union(BuiltinTasks.definitions.keys).sorted() }

    subscript(name: String) -> TaskDefinition? { definitions[name] ?? BuiltinTasks.definitions[name] }

    /// Adds a task.
    ///
    /// Registering a name twice is a mistake in the program and stops it at start.
    mutating func register(_ definition: TaskDefinition) {
        precondition(definitions[definition.name] == nil, "task \(definition.name) is registered twice")
        definitions[definition.name] = definition
    }

    /// Fills in what tasks leave to their worker.
    mutating func setDefaults(_ configuration: WorkerConfiguration) {
        for (name, definition) in definitions {
            var definition = definition
            let options = definition.options
            definition.options.ignoreResult = options.ignoreResult ?? configuration.ignoresResults
            definition.options.storeErrorsEvenIfIgnored =
                options.storeErrorsEvenIfIgnored ?? configuration.storesErrorsEvenIfIgnored
            definition.options.rejectOnWorkerLost = options.rejectOnWorkerLost ?? configuration.rejectsOnWorkerLost
            definition.options.retryOnWorkerLost = options.retryOnWorkerLost ?? configuration.retriesOnWorkerLost
            definition.options.acksOnFailure = options.acksOnFailure ?? configuration.acksOnFailure
            definition.options.acksOnTimeout = options.acksOnTimeout ?? configuration.acksOnTimeout
            definitions[name] = definition
        }
    }

    /// Adds an error callback; as a task it fails, for a message cannot bring a failure.
    mutating func register(_ name: String, errorCallback: @escaping ErrorCallback) {
        register(
            TaskDefinition(name: name) { _ in
                throw PythonException.typeError(
                    "\(name)() missing 2 required positional arguments: 'exc' and 'traceback'"
                )
            }
        )
        errorCallbacks[name] = errorCallback
    }
}
