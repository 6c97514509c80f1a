import Celery

/// `retry_with_args_after_kwargs(foo, bar, label=None)`.
struct RetryWithArgs: TaskParameters {
    static let taskName = SuiteName.of("retry_with_args_after_kwargs")
    typealias Output = JSONValue
    var foo: Int
    var bar: Int
    var label: JSONValue?
}

/// `retry_with_kwargs_after_args(foo, bar)`.
struct RetryWithKwargs: TaskParameters {
    static let taskName = SuiteName.of("retry_with_kwargs_after_args")
    typealias Output = JSONValue
    var foo: Int
    var bar: Int
}

extension Worker {
    mutating func registerRetriesWithArguments() {
        register(RetryWithArgs.self, options: TaskOptions(maxRetries: 1)) { parameters, context in
            guard context.request.retries > 0 else {
                throw Retry(after: .zero, args: [.integer(parameters.foo + 1), .integer(parameters.bar + 1)])
            }
            return [
                "foo": .integer(parameters.foo),
                "bar": .integer(parameters.bar),
                "label": parameters.label ?? .null,
                "retries": .integer(context.request.retries),
                "is_eager": false,
            ]
        }
        register(RetryWithKwargs.self, options: TaskOptions(maxRetries: 1)) { parameters, context in
            guard context.request.retries > 0 else {
                throw Retry(after: .zero, kwargs: ["foo": .integer(parameters.foo + 1)])
            }
            return [
                "foo": .integer(parameters.foo),
                "bar": .integer(parameters.bar),
                "retries": .integer(context.request.retries),
                "is_eager": false,
            ]
        }
    }
}
