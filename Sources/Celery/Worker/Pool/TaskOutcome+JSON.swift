extension TaskOutcome {
    /// The outcome as an array: its name, then what belongs to it.
    var jsonValue: JSONValue {
        switch self {
        case .success(let value):
            ["success", value]
        case .failure(let exception, let traceback):
            ["failure", exception.jsonValue, .init(traceback)]
        case .retry(let delay, let maxRetries, let cause, let traceback):
            [
                "retry", delay.map { .double($0.seconds) } ?? .null, maxRetries.map(JSONValue.integer) ?? .null,
                cause?.jsonValue ?? .null, .init(traceback),
            ]
        case .reject(let reason, let requeue):
            ["reject", .string(reason), .bool(requeue)]
        case .ignore:
            ["ignore"]
        case .workerLost(let how):
            ["workerLost", .string(how)]
        case .timeLimitExceeded(let limit):
            ["timeLimitExceeded", .double(limit.seconds)]
        case .interrupted:
            ["interrupted"]
        }
    }

    /// Reads what ``jsonValue`` made.
    init(_ value: JSONValue) throws {
        switch value[0]?.stringValue {
        case "success":
            self = .success(value[1] ?? .null)
        case "failure":
            guard let exception = value[1].flatMap(PythonException.init(json:)) else { throw PoolFrameError() }
            self = .failure(exception, traceback: value[2]?.stringValue)
        case "retry":
            self = .retry(
                delay: value[1]?.doubleValue.map { .seconds($0) },
                maxRetries: value[2]?.intValue,
                cause: value[3].flatMap(PythonException.init(json:)),
                traceback: value[4]?.stringValue
            )
        case "reject":
            self = .reject(reason: value[1]?.stringValue ?? "", requeue: value[2]?.boolValue ?? false)
        case "ignore":
            self = .ignore
        case "workerLost":
            self = .workerLost(value[1]?.stringValue ?? "")
        case "timeLimitExceeded":
            self = .timeLimitExceeded(.seconds(value[1]?.doubleValue ?? 0))
        case "interrupted":
            self = .interrupted
        default:
            throw PoolFrameError()
        }
    }
}

extension JSONValue {
    fileprivate init(_ text: String?) {
        self = text.map(JSONValue.string) ?? .null
    }
}
