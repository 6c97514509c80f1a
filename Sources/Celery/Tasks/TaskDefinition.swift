/// A registered task: its name, its options and what it does.
struct TaskDefinition: Sendable {
    let name: String
    var options: TaskOptions
    /// The names of its parameters in positional order.
    let parameterNames: @Sendable () -> [String]
    let run: @Sendable (TaskContext) async throws -> JSONValue

    /// Erases the types: the parameters are bound and the result is encoded inside the closure.
    init<Parameters: TaskParameters>(
        _ parameters: Parameters.Type,
        name: String,
        options: TaskOptions,
        perform: @escaping @Sendable (Parameters, TaskContext) async throws -> Parameters.Output
    ) {
        self.init(
            name: name,
            options: options,
            parameterNames: { ArgumentBinder.parameterNames(of: parameters) },
            run: { context in
                let arguments = context.arguments
                let bound = try ArgumentBinder.bind(
                    parameters,
                    args: arguments.args,
                    kwargs: arguments.kwargs,
                    function: name
                )
                return try JSONValueEncoder().encode(await perform(bound, context))
            }
        )
    }

    init(
        name: String,
        options: TaskOptions = .init(),
        parameterNames: @escaping @Sendable () -> [String] = { [] },
        run: @escaping @Sendable (TaskContext) async throws -> JSONValue
    ) {
        self.name = name
        self.options = options
        self.parameterNames = parameterNames
        self.run = run
    }
}
