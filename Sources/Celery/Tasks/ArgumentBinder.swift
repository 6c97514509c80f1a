/// Binds the arguments of one call to the parameters of a task, as Python does.
///
/// Decoding a structure asks for its properties in the order in which they are declared. So the n-th name that is asked
/// for is the n-th parameter: it takes the next positional argument, or else the keyword argument of its name.
///
/// Decoding ends at the first missing argument, and with it what is known of the signature. To name all that are missing,
/// the type is then decoded once more with dummies in their places, and what it becomes is thrown away.
final class ArgumentBinder {
    /// What a parameter takes.
    enum Argument {
        case given(JSONValue)
        case missing(ArgumentDummies)
    }

    private let task: String
    private let args: [JSONValue]
    private let kwargs: JSONObject
    private var position = 0
    private var declared: [String] = []
    private var bound: [String: JSONValue] = [:]
    private var required = 0
    private var takesEverything = false
    private var takenTwice: Set<String> = []
    private var missing: [String] = []

    /// What stands for missing arguments; nil while none may be missing.
    let dummies: ArgumentDummies?

    private init(task: String, args: [JSONValue], kwargs: JSONObject, dummies: ArgumentDummies? = nil) {
        self.task = task
        self.args = args
        self.kwargs = kwargs
        self.dummies = dummies
    }

    /// Binds a call's arguments.
    static func bind<P: Decodable>(
        _ type: P.Type,
        args: [JSONValue],
        kwargs: JSONObject,
        function task: String
    ) throws -> P {
        let arguments = RawArguments(args: args, kwargs: kwargs)
        if let raw = arguments as? P {
            return raw
        }
        let binder = ArgumentBinder(task: task, args: args, kwargs: kwargs)
        let parameters: P
        do {
            parameters = try type.init(from: ArgumentDecoder(binder: binder))
        } catch let error as ArgumentError where error.isMissing {
            throw binder.probe(type) ?? error
        } catch {
            // In CPython no value is looked at before the call fits; what is known of that goes first here as well.
            throw binder.misfit(isComplete: false) ?? binder.translate(error)
        }
        if let misfit = binder.misfit(isComplete: true) { throw misfit }
        return parameters
    }

    /// Decodes a call with missing arguments once more, with dummies for them, to learn the rest of the signature.
    ///
    /// A type without a dummy ends it early, and then only the names known so far count.
    private func probe<P: Decodable>(_ type: P.Type) -> ArgumentError? {
        let probe = ArgumentBinder(task: task, args: args, kwargs: kwargs, dummies: ArgumentDummies())
        let isComplete = (try? type.init(from: ArgumentDecoder(binder: probe))) != nil
        if let misfit = probe.misfit(isComplete: isComplete) { return misfit }
        return probe.missing.isEmpty ? nil : error(.missing(probe.missing))
    }

    /// The names of a task's parameters in positional order, as far as they can be learned without arguments.
    static func parameterNames<P: Decodable>(of type: P.Type) -> [String] {
        let binder = ArgumentBinder(task: "", args: [], kwargs: [:], dummies: ArgumentDummies())
        // Only what it asks for counts, not what becomes of it.
        _ = try? type.init(from: ArgumentDecoder(binder: binder))
        return binder.declared
    }

    private func error(_ reason: ArgumentError.Reason) -> ArgumentError {
        ArgumentError(task: task, reason: reason)
    }

    /// Whether an optional parameter got an argument.
    func isPresent(_ name: String) -> Bool {
        declare(name, isRequired: false)
        return bound[name] != nil
    }

    /// The argument of a parameter that must have one.
    func argument(_ name: String) throws(ArgumentError) -> Argument {
        declare(name, isRequired: true)
        if let value = bound[name] { return .given(value) }
        guard let dummies else { throw error(.missing([name])) }
        if !missing.contains(name) {
            missing.append(name)
        }
        return .missing(dummies)
    }

    /// What is left for `*args, **kwargs`.
    func rest() -> RawArguments {
        takesEverything = true
        let names = Set(declared)
        let left = kwargs.lazy.filter { !names.contains($0.key) }.map { ($0.key, $0.value) }
        let rest = RawArguments(args: Array(args[position...]), kwargs: JSONObject(pairs: left))
        position = args.count
        return rest
    }

    private func declare(_ name: String, isRequired: Bool) {
        guard !declared.contains(name) else { return }
        declared.append(name)
        required += isRequired ? 1 : 0
        let keyword = kwargs[name]
        if position < args.count {
            if keyword != nil {
                takenTwice.insert(name)
            }
            bound[name] = args[position]
            position += 1
        } else {
            bound[name] = keyword
        }
    }

    /// Why arguments that were given cannot be taken, nil when all can.
    ///
    /// - Parameter isComplete: Whether all parameters were asked for, so that other names are those of no parameter.
    /// - Returns: What CPython finds first.
    private func misfit(isComplete: Bool) -> ArgumentError? {
        // CPython's Python/ceval.c, initialize_locals: keywords one after another, then the number of positional
        // arguments, then those that are missing.
        let isClosed = isComplete && !takesEverything
        for (name, _) in kwargs {
            if takenTwice.contains(name) { return error(.multipleValues(name)) }
            if isClosed, !declared.contains(name) { return error(.unexpectedKeyword(name)) }
        }
        guard isClosed, position < args.count else { return nil }
        return error(.surplus(given: args.count, required: required, accepted: declared.count))
    }

    /// An argument whose value does not fit, as Python would say it.
    private func translate(_ error: any Error) -> any Error {
        guard let error = error as? DecodingError else { return error }
        let context: DecodingError.Context
        var isTypeAtFault = true
        switch error {
        case .typeMismatch(_, let other), .valueNotFound(_, let other), .keyNotFound(_, let other):
            context = other
        case .dataCorrupted(let other):
            context = other
            isTypeAtFault = false
        @unknown default:
            return error
        }
        // An error that concerns no argument is the initializer's own.
        guard !context.codingPath.isEmpty else { return error }
        let argument = Self.describe(context.codingPath)
        // The standard library's words for an enumeration without the value, which would show it.
        let isUnknownCase = context.debugDescription.hasPrefix("Cannot initialize")
        let problem = isUnknownCase ? "is none of the values it can have" : context.debugDescription
        return self.error(
            isTypeAtFault
                ? .wrongType(argument: argument, problem: problem) : .wrongValue(argument: argument, problem: problem)
        )
    }

    /// A place inside an argument, such as `pages[2].text`.
    private static func describe(_ path: [any CodingKey]) -> String {
        path.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }
}
