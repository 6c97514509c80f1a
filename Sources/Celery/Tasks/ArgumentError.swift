/// Why the arguments of a call do not fit the parameters of a task, in CPython's words.
public struct ArgumentError: Error, Sendable, Hashable {
    /// The kinds of misfit.
    public enum Reason: Sendable, Hashable {
        /// Required parameters got no argument: all of them, in order, as far as the type tells.
        case missing([String])
        /// A keyword is not the name of a parameter.
        case unexpectedKeyword(String)
        /// A parameter got a positional and a keyword argument.
        case multipleValues(String)
        /// There are more positional arguments than parameters, of which `required` must be given.
        case surplus(given: Int, required: Int, accepted: Int)
        /// An argument has the wrong type; the problem says which one it should have.
        case wrongType(argument: String, problem: String)
        /// An argument has the right type and a value that cannot be taken.
        case wrongValue(argument: String, problem: String)
    }

    /// The function that was called: the last component of the task's name.
    public let function: String
    /// What does not fit.
    public let reason: Reason

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - task: The task's name.
    ///   - reason: What does not fit.
    init(task: String, reason: Reason) {
        function = task.split(separator: ".").last.map(String.init) ?? task
        self.reason = reason
    }

    /// Whether an argument is missing.
    var isMissing: Bool {
        if case .missing = reason { true } else { false }
    }
}

extension ArgumentError: CustomStringConvertible {
    // CPython's Python/ceval.c: missing_arguments, format_missing, too_many_positional, initialize_locals.

    /// The error as Python's `TypeError` says it.
    public var description: String {
        switch reason {
        case .missing(let names):
            "\(function)() missing \(names.count) required positional argument\(names.count == 1 ? "" : "s"): "
                + Self.list(names)
        case .unexpectedKeyword(let name):
            "\(function)() got an unexpected keyword argument '\(name)'"
        case .multipleValues(let name):
            "\(function)() got multiple values for argument '\(name)'"
        case .surplus(let given, let required, let accepted):
            "\(function)() takes "
                + (required == accepted ? "\(accepted)" : "from \(required) to \(accepted)")
                + " positional argument\(required == accepted && accepted == 1 ? "" : "s") but \(given) "
                + (given == 1 ? "was given" : "were given")
        case .wrongType(let argument, let problem), .wrongValue(let argument, let problem):
            "\(function)() argument '\(argument)' \(problem)"
        }
    }

    private static func list(_ names: [String]) -> String {
        let quoted = names.map { "'\($0)'" }
        switch quoted.count {
        case 0, 1: return quoted.first ?? ""
        case 2: return "\(quoted[0]) and \(quoted[1])"
        default: return quoted.dropLast().joined(separator: ", ") + ", and " + (quoted.last ?? "")
        }
    }
}

extension ArgumentError: PythonExceptionConvertible {
    /// A `TypeError`, or a `ValueError` where only the value is wrong.
    public var pythonException: PythonException {
        if case .wrongValue = reason {
            .valueError(description)
        } else {
            .typeError(description)
        }
    }
}
