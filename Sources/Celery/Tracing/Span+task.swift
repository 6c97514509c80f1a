import Tracing

extension SpanAttributes {
    /// What consumers and producers of a message say alike.
    ///
    /// The names are those of opentelemetry-instrumentation-celery, and beside them those that OpenTelemetry's semantic
    /// conventions of messaging have today. Arguments and results never are among them.
    mutating func describe(_ message: Message, task: String, routingKey: String) {
        self["messaging.system"] = "celery"
        self["messaging.destination"] = routingKey
        self["messaging.destination.name"] = routingKey
        self["celery.task_name"] = task
        if let id = message.taskID { self["messaging.message.id"] = id.rawValue }
        if let id = message.properties.correlationID { self["messaging.conversation_id"] = id }
    }

    /// How a run of a task began.
    mutating func describe(_ request: TaskRequest) {
        let message = request.message
        describe(message.original, task: request.task, routingKey: message.properties.routingKey)
        self["celery.action"] = "run"
        self["celery.hostname"] = request.nodeName
        self["celery.queue"] = request.queue.rawValue
        self["messaging.operation.name"] = "run"
        self["messaging.operation.type"] = "process"
        if request.retries > 0 { self["celery.retries"] = request.retries }
        if let eta = message.eta { self["celery.eta"] = Timestamp(eta).isoFormat }
        if let expires = message.expires { self["celery.expires"] = Timestamp(expires).isoFormat }
    }
}

extension Span {
    /// Says how a run of a task ended; of an exception its class is told, for its text may hold what is nobody's business.
    func record(_ outcome: TaskOutcome) {
        if let state = outcome.stateName { attributes["celery.state"] = state }
        switch outcome {
        case .success, .ignore, .replaced, .reject, .interrupted:
            break
        case .failure(let exception, _):
            fail(exception.qualifiedName)
        case .retry(_, let cause, _):
            attributes["celery.retry.reason"] = cause?.qualifiedName ?? "Retry"
        case .revoked(let reason):
            attributes["celery.revoked.reason"] = reason
        case .workerLost:
            fail(PythonException.workerLost("").qualifiedName)
        case .timeLimitExceeded(let limit):
            fail(PythonException.timeLimitExceeded(limit).qualifiedName)
        }
    }

    /// Records an exception by the name of its class.
    func fail(_ name: String) {
        recordError(NamedFailure(description: name), attributes: ["exception.type": .string(name)])
        attributes["error.type"] = name
        setStatus(SpanStatus(code: .error, message: name))
    }
}

/// What a tracer is shown of an error.
private struct NamedFailure: Error, CustomStringConvertible {
    let description: String
}

extension PythonException {
    /// The class as Python's tracers name it.
    fileprivate var qualifiedName: String {
        guard let module, module != "builtins" else { return type }
        return "\(module).\(type)"
    }
}

extension TaskOutcome {
    /// The state that Celery's trace has for it (celery/app/trace.py); nil when the task has come to no end.
    fileprivate var stateName: String? {
        switch self {
        case .success: "SUCCESS"
        case .failure, .workerLost, .timeLimitExceeded: "FAILURE"
        case .retry: "RETRY"
        case .reject: "REJECTED"
        case .ignore, .replaced: "IGNORED"
        case .revoked: "REVOKED"
        case .interrupted: nil
        }
    }
}
