/// An exception as Celery stores it: the name of a Python class, the module it is in, and the arguments it is made of.
///
/// A Python client raises the class when it has it, and one of that name made on the spot when it has not.
public struct PythonException: Error, Sendable, Hashable {
    /// The class, with dots when it is nested in others.
    public let type: String
    /// The module of the class; nil where none was given.
    public let module: String?
    /// The arguments of the class.
    public let arguments: [JSONValue]

    /// Makes an exception.
    ///
    /// - Parameters:
    ///   - type: The class.
    ///   - module: The module of the class.
    ///   - arguments: The arguments of the class.
    public init(_ type: String, module: String? = "builtins", arguments: [JSONValue] = []) {
        self.type = type
        self.module = module
        self.arguments = arguments
    }

    /// Makes an exception of one text.
    ///
    /// - Parameters:
    ///   - type: The class.
    ///   - module: The module of the class.
    ///   - message: The text.
    public init(_ type: String, module: String? = "builtins", message: String) {
        self.init(type, module: module, arguments: [.string(message)])
    }

    /// Takes an exception over from Swift: as itself if it is one, as what it says if it is ``PythonExceptionConvertible``,
    /// otherwise under the name of its Swift type with its description as the only argument.
    ///
    /// - Parameter error: The error.
    public init(_ error: any Error) {
        switch error {
        case let exception as PythonException:
            self = exception
        case let convertible as any PythonExceptionConvertible:
            self = convertible.pythonException
        case is CancellationError:
            self.init("CancelledError", module: "asyncio.exceptions")
        default:
            // Python makes a class of this name under celery.exceptions when there is no such module.
            self.init(String(describing: Swift.type(of: error)), module: "swift", message: String(describing: error))
        }
    }

    /// Reads the result of a FAILURE, RETRY or REVOKED document, as leniently as Celery's own client does.
    ///
    /// - Parameter json: The object with `exc_type`, `exc_message` and `exc_module`.
    public init?(json: JSONValue) {
        guard case .object(let object) = json, let type = object["exc_type"]?.stringValue else { return nil }
        self.type = type
        module = object["exc_module"]?.stringValue
        switch object["exc_message"] {
        case .array(let arguments): self.arguments = arguments
        case let message?: arguments = [message]
        // celery/backends/base.py, exception_to_python: the default is an empty text.
        case nil: arguments = [""]
        }
    }

    /// The exception as Celery stores it.
    public var jsonValue: JSONValue {
        [
            "exc_type": .string(type),
            "exc_message": .array(arguments),
            "exc_module": module.map { .string($0) } ?? .null,
        ]
    }
}

/// An error that says which Python exception it is to Python's callers.
public protocol PythonExceptionConvertible: Error {
    /// The exception that Python's callers get.
    var pythonException: PythonException { get }
}
