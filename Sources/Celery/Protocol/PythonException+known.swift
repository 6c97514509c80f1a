extension PythonException {
    private static let celery = "celery.exceptions"
    private static let billiard = "billiard.exceptions"
    private static let kombu = "kombu.exceptions"

    /// A task that no worker here knows.
    public static func notRegistered(_ task: String) -> PythonException {
        PythonException("NotRegistered", module: celery, message: task)
    }

    /// A task that was revoked; the reason is `revoked`, `terminated` or `expired`.
    public static func taskRevoked(_ reason: String) -> PythonException {
        PythonException("TaskRevokedError", module: celery, message: reason)
    }

    /// A task whose process died; the message says how.
    public static func workerLost(_ message: String) -> PythonException {
        PythonException("WorkerLostError", module: billiard, message: message)
    }

    /// A task that was killed at its hard time limit.
    public static func timeLimitExceeded(_ limit: Duration) -> PythonException {
        PythonException("TimeLimitExceeded", module: billiard, arguments: [limit.jsonSeconds])
    }

    /// A task that ended at its soft time limit.
    public static let softTimeLimitExceeded = PythonException("SoftTimeLimitExceeded", module: billiard)

    /// A task that asked for more retries than it may have; the arguments are given as text.
    public static func maxRetriesExceeded(
        task: String,
        id: TaskID,
        args: String,
        kwargs: String
    ) -> PythonException {
        // celery/app/task.py: Task.retry.
        let message = "Can't retry \(task)[\(id)] args:\(args) kwargs:\(kwargs)"
        return PythonException("MaxRetriesExceededError", module: celery, message: message)
    }

    /// A chord with a part that failed.
    public static func chordError(dependency id: TaskID, raised exception: PythonException) -> PythonException {
        PythonException("ChordError", module: celery, message: "Dependency \(id) raised \(exception)")
    }

    /// A chord whose body cannot run; the message says why.
    public static func chordError(_ message: String) -> PythonException {
        PythonException("ChordError", module: celery, message: message)
    }

    /// Something that is put together in a way that cannot work.
    public static func improperlyConfigured(_ message: String) -> PythonException {
        PythonException("ImproperlyConfigured", module: celery, message: message)
    }

    /// A task that rejected its message.
    public static func reject(_ reason: JSONValue, requeue: Bool) -> PythonException {
        PythonException("Reject", module: celery, arguments: [reason, .bool(requeue)])
    }

    /// A retry that stands for itself because there is no other cause.
    static func retry(in delay: Duration) -> PythonException {
        PythonException("Retry", module: celery, message: "Retry in \(delay.jsonSeconds.pythonRepr())s")
    }

    /// A message that is not a valid call of a task.
    public static func invalidTask(_ message: String) -> PythonException {
        PythonException("InvalidTaskError", module: celery, message: message)
    }

    /// A body of a content type that is not accepted.
    public static func contentDisallowed(_ contentType: String) -> PythonException {
        // kombu/serialization.py: for_untrusted_content.
        let names = [
            "application/x-python-serialize": "pickle", "application/x-yaml": "yaml",
            "application/x-msgpack": "msgpack", "application/json": "json",
        ]
        let message = "Refusing to deserialize untrusted content of type "
        let shown = names[contentType].map { "\($0) (\(contentType))" } ?? contentType
        return PythonException("ContentDisallowed", module: kombu, message: message + shown)
    }

    /// A body that cannot be decoded.
    public static func decodeError(_ message: String) -> PythonException {
        PythonException("DecodeError", module: kombu, message: message)
    }

    /// A value that cannot be encoded.
    public static func encodeError(_ message: String) -> PythonException {
        PythonException("EncodeError", module: kombu, message: message)
    }

    /// Python's `TypeError`.
    public static func typeError(_ message: String) -> PythonException {
        PythonException("TypeError", message: message)
    }

    /// Python's `ValueError`.
    public static func valueError(_ message: String) -> PythonException {
        PythonException("ValueError", message: message)
    }

    /// Python's `RuntimeError`.
    public static func runtimeError(_ message: String) -> PythonException {
        PythonException("RuntimeError", message: message)
    }
}

extension MessageError: PythonExceptionConvertible {
    /// The exception that Celery or kombu has for such a message.
    public var pythonException: PythonException {
        switch code {
        case .contentDisallowed where member == "content-type":
            .contentDisallowed(problem.split(separator: " ").first.map(String.init) ?? "None")
        case .contentDisallowed, .unsupportedCompression:
            .decodeError(description)
        case .malformed where member == "body":
            .decodeError(description)
        case .malformed, .unknownMessage:
            .invalidTask(description)
        }
    }
}
