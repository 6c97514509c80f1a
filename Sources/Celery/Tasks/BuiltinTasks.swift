/// The tasks that every Celery worker has (celery/app/builtins.py), as far as they can turn up on Redis.
enum BuiltinTasks {
    static let definitions: [String: TaskDefinition] = {
        let all = [accumulate, map, starmap, chunks, cleanUp, chain, group, chord]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    }()

    /// Returns one of its arguments, or all of them: the end of a group that replaces a task.
    private static let accumulate = TaskDefinition(name: "celery.accumulate") { context in
        let arguments = context.arguments
        guard let index = arguments.kwargs["index"], !index.isNull else { return .array(arguments.args) }
        // A negative index counts from the end.
        let position = index.intValue.map { $0 < 0 ? arguments.args.count + $0 : $0 }
        guard let position, arguments.args.indices.contains(position) else {
            throw PythonException("IndexError", message: "tuple index out of range")
        }
        return arguments.args[position]
    }

    private static let map = TaskDefinition(name: "celery.map") { context in
        try await mapped(context, name: "xmap") { [$0] }
    }

    private static let starmap = TaskDefinition(name: "celery.starmap") { context in
        try await mapped(context, name: "xstarmap") { element in
            guard case .array(let args) = element else {
                let problem = "argument after * must be an iterable, not \(element.pythonTypeName)"
                throw PythonException.typeError(problem)
            }
            return args
        }
    }

    /// Sends the parts side by side; the result is that of their group.
    private static let chunks = TaskDefinition(name: "celery.chunks") { context in
        let arguments = try Arguments(context, "chunks", ["task", "it", "n"])
        var signature = Signature("celery.chunks", kwargs: arguments.values, immutable: true)
        signature.subtaskType = "chunks"
        return try await context.apply(signature).json
    }

    private static let cleanUp = TaskDefinition(name: "celery.backend_cleanup") { _ in .null }

    private static let chain = TaskDefinition(name: "celery.chain") { _ in
        throw PythonException("NotImplementedError", message: "chain is not a real task")
    }

    /// Sends the parts side by side as the group that is named; the result is the one that is given.
    private static let group = TaskDefinition(name: "celery.group") { context in
        let values = try Arguments(context, "group", ["tasks", "result", "group_id", "partial_args"]).values
        let partial = values["partial_args"]?.arrayValue ?? []
        let members = try signatures(values["tasks"]).map { member in
            var member = member
            if !member.immutable { member.args = partial + member.args }
            return member
        }
        try await context.apply(.group(members).setting(["task_id": values["group_id"] ?? .null]))
        return values["result"] ?? .null
    }

    /// Sends a chord; the result is that of its body.
    private static let chord = TaskDefinition(name: "celery.chord", options: TaskOptions(ignoreResult: false)) {
        context in
        let values = try Arguments(context, "chord", ["header", "body"]).values
        var chord = Signature.chord(
            try signatures(values["header"]),
            body: try Signature(json: values["body"] ?? .null)
        )
        let position = 2
        let given = context.arguments
        let partial = given.args.indices.contains(position) ? given.args[position] : given.kwargs["partial_args"]
        chord.args = partial?.arrayValue ?? []
        return try await context.apply(chord).json
    }

    private static func signatures(_ list: JSONValue?) throws -> [Signature] {
        try (list?.arrayValue ?? []).map { try Signature(json: $0) }
    }

    /// Calls a task for each element, one after another, in this process.
    private static func mapped(
        _ context: TaskContext,
        name: String,
        _ args: (JSONValue) throws -> [JSONValue]
    ) async throws -> JSONValue {
        let values = try Arguments(context, name, ["task", "it"]).values
        let task = try Signature(json: values["task"] ?? .null).task
        guard let definition = context.registry[task] else { throw PythonException.notRegistered(task) }
        var results: [JSONValue] = []
        for element in values["it"]?.arrayValue ?? [] {
            try Task.checkCancellation()
            results.append(try await definition.run(context.calling(args: try args(element))))
        }
        return .array(results)
    }

    /// Arguments by position or by name.
    private struct Arguments {
        var values: JSONObject = [:]

        init(_ context: TaskContext, _ function: String, _ names: [String]) throws {
            let given = context.arguments
            for (position, name) in names.enumerated() {
                guard let value = given.args.indices.contains(position) ? given.args[position] : given.kwargs[name]
                else {
                    throw PythonException.typeError("\(function)() missing a required argument: '\(name)'")
                }
                values[name] = value
            }
        }
    }
}
