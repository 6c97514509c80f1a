extension PythonException: CustomStringConvertible {
    /// The exception as Python's `repr` shows it, such as `ValueError('bad value', 1)`.
    public var description: String {
        if module == "celery.exceptions", type == "NotRegistered" {
            // celery/exceptions.py: UNREGISTERED_FMT.
            return "Task of kind \(message) never registered, please make sure it's imported."
        }
        if module == "celery.exceptions", type == "Reject", arguments.count == 2 {
            return "reject requeue=\(arguments[1].pythonText): \(arguments[0].pythonText)"
        }
        let shown = arguments.map(\.exactPythonRepr).joined(separator: ", ")
        return "\(type.split(separator: ".").last.map(String.init) ?? type)(\(shown))"
    }

    /// The exception as Python's `str` shows it, such as `bad value`.
    public var message: String {
        switch (module, type, arguments.count) {
        case ("billiard.exceptions", "SoftTimeLimitExceeded", _), ("billiard.exceptions", "TimeLimitExceeded", _):
            // billiard/exceptions.py gives the two a text of their own.
            type + tuple
        case ("builtins", "KeyError", 1), ("celery.exceptions", "NotRegistered", 1):
            arguments[0].exactPythonRepr
        case ("builtins", let type, 2) where Self.systemErrors.contains(type):
            "[Errno \(arguments[0].pythonText)] \(arguments[1].pythonText)"
        case (_, _, 0):
            ""
        case (_, _, 1):
            arguments[0].pythonText
        default:
            tuple
        }
    }

    private var tuple: String {
        let shown = arguments.map(\.exactPythonRepr).joined(separator: ", ")
        return arguments.count == 1 ? "(\(shown),)" : "(\(shown))"
    }

    /// OSError and what is derived from it, which show an error number when they have one.
    private static let systemErrors: Set<String> = [
        "OSError", "IOError", "EnvironmentError", "BlockingIOError", "ChildProcessError", "ConnectionError",
        "BrokenPipeError", "ConnectionAbortedError", "ConnectionRefusedError", "ConnectionResetError",
        "FileExistsError", "FileNotFoundError", "InterruptedError", "IsADirectoryError", "NotADirectoryError",
        "PermissionError", "ProcessLookupError", "TimeoutError",
    ]

    /// The last line of a traceback, such as `ValueError: bad value` or `celery.exceptions.Retry: Retry in 1s`.
    public var summaryLine: String {
        // CPython's Lib/traceback.py: the modules __main__ and builtins are not named.
        let prefix = module.flatMap { $0 == "builtins" || $0 == "__main__" ? nil : $0 + "." } ?? ""
        let message = message
        return message.isEmpty ? prefix + type : "\(prefix)\(type): \(message)"
    }

    /// A traceback in Python's form.
    ///
    /// - Parameters:
    ///   - frames: The places in the code, outermost first.
    ///   - cause: The exception that led to this one.
    /// - Returns: The text, ending in a line break.
    public func traceback(frames: [TracebackFrame] = [], cause: PythonException? = nil) -> String {
        var text = ""
        if let cause {
            text += cause.traceback()
            text += "\nThe above exception was the direct cause of the following exception:\n\n"
        }
        text += "Traceback (most recent call last):\n"
        for frame in frames {
            text += "  File \"\(frame.file)\", line \(frame.line), in \(frame.function)\n"
        }
        return text + summaryLine + "\n"
    }
}

/// One place in the code in a traceback.
public struct TracebackFrame: Sendable, Hashable {
    /// The file.
    public let file: String
    /// The line in the file.
    public let line: Int
    /// The function.
    public let function: String

    /// Makes a frame; by default of the place of the call.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - line: The line in the file.
    ///   - function: The function.
    public init(file: String = #fileID, line: Int = #line, function: String = #function) {
        self.file = file
        self.line = line
        self.function = function
    }
}

extension JSONValue {
    /// The value as Python's `str` shows it: texts as they are, everything else as by `repr`.
    var pythonText: String {
        switch self {
        case .string(let text): text
        case .brokenString(let units): String(showing: units)
        default: exactPythonRepr
        }
    }
}
