/// Binds the arguments of one call to the parameters of a task, as Python does.
///
/// Decoding a structure asks for its properties in the order in which they are declared. So the n-th name that is asked
/// for is the n-th parameter: it takes the next positional argument, or else the keyword argument of its name.
final class ArgumentBinder {
    private let task: String
    private let args: [JSONValue]
    private let kwargs: JSONObject
    private var position = 0
    private var declared: [String] = []
    private var bound: [String: JSONValue] = [:]
    private var required = 0
    private var takesEverything = false
    private var conflict: ArgumentError?

    private init(task: String, args: [JSONValue], kwargs: JSONObject) {
        self.task = task
        self.args = args
        self.kwargs = kwargs
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
        } catch let error as DecodingError {
            throw binder.translate(error)
        }
        try binder.finish()
        return parameters
    }

    func error(_ reason: ArgumentError.Reason) -> ArgumentError {
        ArgumentError(task: task, reason: reason)
    }

    /// Whether an optional parameter got an argument.
    func isPresent(_ name: String) -> Bool {
        declare(name, isRequired: false)
        return bound[name] != nil
    }

    /// The argument of a parameter that must have one.
    func value(_ name: String) throws(ArgumentError) -> JSONValue {
        declare(name, isRequired: true)
        if let conflict { throw conflict }
        guard let value = bound[name] else { throw error(.missing([name])) }
        return value
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
            if keyword != nil, conflict == nil {
                conflict = error(.multipleValues(name))
            }
            bound[name] = args[position]
            position += 1
        } else {
            bound[name] = keyword
        }
    }

    /// Refuses the arguments that no parameter took.
    private func finish() throws(ArgumentError) {
        if let conflict { throw conflict }
        guard !takesEverything else { return }
        for (name, _) in kwargs where !declared.contains(name) {
            throw error(.unexpectedKeyword(name))
        }
        if position < args.count {
            throw error(.surplus(given: args.count, required: required, accepted: declared.count))
        }
    }

    /// An argument whose value does not fit, as Python would say it.
    private func translate(_ error: DecodingError) -> any Error {
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

/// The decoder that a task's parameters are made from.
private struct ArgumentDecoder: Decoder {
    let binder: ArgumentBinder

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ArgumentContainer(binder: binder))
    }

    private func unsupported() -> DecodingError {
        JSONCodingFailure.corrupted("parameters must be a structure with a property for each of them", [])
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw unsupported() }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw unsupported() }
}

/// The arguments by the names of the parameters.
private struct ArgumentContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let binder: ArgumentBinder

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    // Asked first for optional properties, and never for required ones.
    func contains(_ key: Key) -> Bool { binder.isPresent(key.stringValue) }

    func decodeNil(forKey key: Key) throws -> Bool { try binder.value(key.stringValue).isNull }

    // Serves the requirements for every primitive type as well.
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        if type == RawArguments.self, let rest = binder.rest() as? T {
            return rest
        }
        return try JSONValueReader.decode(type, from: try binder.value(key.stringValue), path: [key])
    }

    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try reader(key).integer(type) }

    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 { try reader(key).integer(type) }

    private func reader(_ key: Key) throws -> JSONValueReader {
        JSONValueReader(value: try binder.value(key.stringValue), codingPath: [key])
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try reader(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try reader(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { ArgumentDecoder(binder: binder) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try reader(key) }
}
