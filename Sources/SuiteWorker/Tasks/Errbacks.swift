import Celery

/// `errback_old_style(request_id)`.
struct OldErrback: TaskParameters {
    static let taskName = SuiteName.of("errback_old_style")
    typealias Output = String
    var requestID: String

    enum CodingKeys: String, CodingKey {
        case requestID = "request_id"
    }
}

/// `errback_old_style_with_args(request_id, label)`.
struct OldErrbackWithLabel: TaskParameters {
    static let taskName = SuiteName.of("errback_old_style_with_args")
    var requestID: String
    var label: JSONValue

    enum CodingKeys: String, CodingKey {
        case requestID = "request_id"
        case label
    }
}

extension Worker {
    mutating func registerErrbacks(_ redis: SuiteRedis) {
        register(OldErrback.self) { parameters, _ in
            try await redis.count(parameters.requestID)
            return parameters.requestID
        }
        register(OldErrbackWithLabel.self) { parameters, _ in
            try await redis.echo(parameters.label, to: parameters.requestID)
            return nil
        }
        registerErrorCallback(SuiteName.of("errback_new_style")) { failure, _ in
            try await redis.count(failure.id.rawValue)
        }
        registerErrorCallback(SuiteName.of("errback_new_style_with_args")) { failure, _ in
            let label = failure.arguments.args.first ?? failure.arguments.kwargs["label"]
            guard let label else {
                throw PythonException.typeError(
                    "errback_new_style_with_args() missing 1 required positional argument: 'label'"
                )
            }
            try await redis.echo(label, to: failure.id.rawValue)
        }
    }
}
