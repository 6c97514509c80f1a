extension TaskOutcome {
    /// The outcome as an array: its name, then what belongs to it.
    var jsonValue: JSONValue {
        switch self {
        case .success(let value):
            ["success", value]
        case .failure(let exception, let traceback):
            ["failure", exception.jsonValue, .init(traceback)]
        case .retry(let retry, let cause, let traceback):
            ["retry", retry.json, cause?.jsonValue ?? .null, .init(traceback)]
        case .replaced(let signature):
            ["replaced", signature.jsonValue]
        case .reject(let reason, let requeue):
            ["reject", .string(reason), .bool(requeue)]
        case .ignore:
            ["ignore"]
        case .revoked(let reason):
            ["revoked", .string(reason)]
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
                Retry(json: value[1] ?? .null),
                cause: value[2].flatMap(PythonException.init(json:)),
                traceback: value[3]?.stringValue
            )
        case "replaced":
            self = .replaced(by: try Signature(json: value[1] ?? .null))
        case "reject":
            self = .reject(reason: value[1]?.stringValue ?? "", requeue: value[2]?.boolValue ?? false)
        case "ignore":
            self = .ignore
        case "revoked":
            self = .revoked(reason: value[1]?.stringValue ?? "")
        case "workerLost":
            self = .workerLost(value[1]?.stringValue ?? "")
        case "timeLimitExceeded":
            self = .timeLimitExceeded(value[1]?.duration ?? .zero)
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
