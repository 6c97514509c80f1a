import Celery

/// A task that fails, whatever its arguments: `fail(*args)`.
struct Fail: TaskParameters {
    static let taskName = SuiteName.of("fail")
    typealias Output = JSONValue
    var others: RawArguments
}

/// `fail_unpickleable(foo, bar)`.
struct FailUnpickleable: TaskParameters {
    static let taskName = SuiteName.of("fail_unpickleable")
    typealias Output = JSONValue
    var foo: JSONValue
    var bar: JSONValue
}

extension PythonException {
    /// The suite's own exception, which the producers expect.
    static func expected(_ arguments: [JSONValue] = []) -> PythonException {
        PythonException("ExpectedException", module: "t.integration.tasks", arguments: arguments)
    }

    /// An exception that cannot be made again from its arguments, as Celery stores it.
    static func unpickleable(_ foo: JSONValue) -> PythonException {
        let text = "UnpickleableException(\(foo.pythonRepr()))"
        return PythonException(
            "UnpickleableExceptionWrapper",
            module: "celery.utils.serialization",
            arguments: [
                "t.integration.tasks", "UnpickleableException", [.string(foo.stringValue ?? "")], .string(text),
            ]
        )
    }
}

extension Worker {
    mutating func registerFailingTasks() {
        register(Fail.self) { parameters, _ in
            throw PythonException.expected(["Task expected to fail"] + parameters.others.args)
        }
        register(Fail.self, as: SuiteName.of("raise_error")) { _, _ in
            throw PythonException.valueError("deliberate error")
        }
        register(FailUnpickleable.self) { parameters, _ in throw PythonException.unpickleable(parameters.foo) }
        register(NoArguments.self, as: SuiteName.of("reject_without_requeue")) { _, _ in throw Reject("rejected") }
        register(
            NoArguments.self,
            as: SuiteName.of("reject_then_succeed"),
            options: TaskOptions(acknowledgement: .late)
        ) { _, context in
            guard context.request.message.isRedelivered else { throw Reject(requeue: true) }
            return "second-pass"
        }
    }
}
