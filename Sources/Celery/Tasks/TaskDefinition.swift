/// A registered task: its name, its options and what it does.
struct TaskDefinition: Sendable {
    let name: String
    let options: TaskOptions
    let run: @Sendable (TaskContext) async throws -> JSONValue

    /// Erases the types: the parameters are bound and the result is encoded inside the closure.
    init<Parameters: TaskParameters>(
        _ parameters: Parameters.Type,
        name: String,
        options: TaskOptions,
        perform: @escaping @Sendable (Parameters, TaskContext) async throws -> Parameters.Output
    ) {
        self.name = name
        self.options = options
        self.run = { context in
            let message = context.request.message
            let bound = try ArgumentBinder.bind(
                parameters,
                args: message.args,
                kwargs: message.kwargs,
                function: name
            )
            return try JSONValueEncoder().encode(await perform(bound, context))
        }
    }
}
