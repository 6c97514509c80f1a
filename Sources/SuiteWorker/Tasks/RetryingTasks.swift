import Celery
import Foundation

/// `retry(return_value=None)`.
struct RetryUntilReturned: TaskParameters {
    static let taskName = SuiteName.of("retry")
    typealias Output = JSONValue
    var returnValue: JSONValue?

    enum CodingKeys: String, CodingKey {
        case returnValue = "return_value"
    }
}

/// `retry_once(*args, expires=…, max_retries=1, countdown=0.1)`, which also stands for what differs in the result.
struct RetryOnce: TaskParameters {
    static let taskName = SuiteName.of("retry_once")
    typealias Output = JSONValue
    var arguments: RawArguments

    /// The retry for which the keywords ask.
    func retry(expires: JSONValue? = nil) -> Retry {
        let kwargs = arguments.kwargs
        let countdown = kwargs["countdown"] ?? 0.1
        return Retry(
            after: countdown.doubleValue.map { .seconds($0) },
            maxRetries: kwargs["max_retries"]?.intValue ?? 1,
            expires: expires?.doubleValue.map { Date(timeIntervalSinceNow: $0) }
        )
    }
}

/// `retry_unpickleable(foo, bar, *, retry_kwargs)`.
struct RetryUnpickleable: TaskParameters {
    static let taskName = SuiteName.of("retry_unpickleable")
    typealias Output = JSONValue
    var foo: JSONValue
    var bar: JSONValue
    var retryKwargs: JSONObjectArgument

    enum CodingKeys: String, CodingKey {
        case foo
        case bar
        case retryKwargs = "retry_kwargs"
    }

    /// The keywords of the retry that the suite uses.
    struct JSONObjectArgument: Codable {
        var countdown: Double?
        var maxRetries: Int?

        enum CodingKeys: String, CodingKey {
            case countdown
            case maxRetries = "max_retries"
        }
    }
}

/// The task named `auto_retry_class_task`.
struct AutoRetry: TaskParameters {
    static let taskName = "auto_retry_class_task"
    typealias Output = Int
}

extension Worker {
    mutating func registerRetryingTasks() {
        register(RetryUntilReturned.self, options: TaskOptions(retryDelay: .seconds(1))) { parameters, context in
            // Python counts its runs in the task object, which the retries of one call share.
            if let value = parameters.returnValue, value.isTruthy, context.request.retries >= 3 { return value }
            throw Retry(after: .seconds(5), cause: PythonException.expected())
        }
        register(RetryOnce.self, options: TaskOptions(maxRetries: 1)) { parameters, context in
            guard context.request.retries > 0 else {
                throw parameters.retry(expires: parameters.arguments.kwargs["expires"])
            }
            return .integer(context.request.retries)
        }
        register(RetryOnce.self, as: SuiteName.of("retry_once_priority"), options: TaskOptions(maxRetries: 1)) {
            parameters,
            context in
            guard context.request.retries > 0 else { throw parameters.retry() }
            return .integer(context.request.message.priority)
        }
        register(RetryOnce.self, as: SuiteName.of("retry_once_headers"), options: TaskOptions(maxRetries: 1)) {
            parameters,
            context in
            guard context.request.retries > 0 else { throw parameters.retry() }
            return context.request.message.customHeaders
        }
        for (name, ignoreResult) in [("retry_once_ignore_result", true), ("retry_once_with_result", false)] {
            register(NoArguments.self, as: SuiteName.of(name), options: TaskOptions(ignoreResult: ignoreResult)) {
                _,
                context in
                guard context.request.retries > 0 else { throw Retry(after: .zero) }
                return .integer(context.request.retries)
            }
        }
        register(RetryUnpickleable.self, options: TaskOptions(retryDelay: .seconds(1))) { parameters, _ in
            throw Retry(
                after: parameters.retryKwargs.countdown.map { .seconds($0) },
                cause: PythonException.unpickleable(parameters.foo),
                maxRetries: parameters.retryKwargs.maxRetries
            )
        }
        register(AutoRetry.self) { _, context in
            guard context.request.retries == 0 else { return context.request.retries }
            // One retry after a second at most: back-off from one second, with jitter.
            let cause = PythonException("ValueError")
            throw Retry(after: .seconds(Double.random(in: 0...1)), cause: cause, maxRetries: 1)
        }
    }
}

extension TaskMessage {
    // celery/app/task.py, Context: whatever is no attribute of a request.
    private static let ownHeaders: Set<String> = [
        "lang", "task", "id", "shadow", "eta", "expires", "group", "group_index", "retries", "timelimit", "root_id",
        "parent_id", "argsrepr", "kwargsrepr", "origin", "ignore_result", "replaced_task_nesting", "stamped_headers",
        "stamps", "compression", "reply_to", "correlation_id", "delivery_info", "properties", "redelivered",
    ]

    /// The headers that are not Celery's own; null where there are none.
    fileprivate var customHeaders: JSONValue {
        let custom = headers.filter { !Self.ownHeaders.contains($0.key) }.map { ($0.key, $0.value) }
        return custom.isEmpty ? .null : .object(JSONObject(pairs: custom))
    }
}
