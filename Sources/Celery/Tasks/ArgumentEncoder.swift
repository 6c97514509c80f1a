/// Makes the arguments of a call from a task's parameters.
final class ArgumentEncoder {
    private var args: [JSONNode] = []
    private var kwargs: [(String, JSONNode)] = []
    private var isPositional: Bool

    private init(isPositional: Bool) {
        self.isPositional = isPositional
    }

    static func encode<P: Encodable>(_ parameters: P, positional: Bool) throws -> RawArguments {
        if let raw = parameters as? RawArguments {
            return raw
        }
        let encoder = ArgumentEncoder(isPositional: positional)
        try parameters.encode(to: ArgumentBuilder(encoder: encoder))
        return RawArguments(
            args: encoder.args.map(\.finished),
            kwargs: JSONObject(pairs: encoder.kwargs.map { ($0.0, $0.1.finished) })
        )
    }

    func add(_ node: JSONNode, name: String) {
        if isPositional {
            args.append(node)
        } else {
            kwargs.append((name, node))
        }
    }

    /// A parameter without an argument: those behind it can only be given by name.
    func skip() {
        isPositional = false
    }

    /// Adds what stands for `*args, **kwargs`.
    func add(_ rest: RawArguments) {
        args += rest.args.map { JSONNode(.value($0)) }
        kwargs += rest.kwargs.map { ($0.key, JSONNode(.value($0.value))) }
    }
}

/// The encoder that a task's parameters write themselves to.
private struct ArgumentBuilder: Encoder {
    let encoder: ArgumentEncoder

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(ArgumentBuilderContainer(encoder: encoder))
    }

    // Parameters that are no structure cannot be bound either; what they write goes nowhere.
    func unkeyedContainer() -> any UnkeyedEncodingContainer { JSONUnkeyedBuilder(node: JSONNode(), codingPath: []) }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        JSONValueBuilder(node: JSONNode(), codingPath: [])
    }
}

private struct ArgumentBuilderContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: ArgumentEncoder

    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) throws {
        encoder.add(JSONNode(.value(.null)), name: key.stringValue)
    }

    // Serves the requirements for every primitive type as well.
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        if let rest = value as? RawArguments {
            encoder.add(rest)
        } else {
            encoder.add(try JSONValueBuilder.node(of: value, path: [key]), name: key.stringValue)
        }
    }

    func encode(_ value: Int128, forKey key: Key) throws {
        encoder.add(JSONNode(.value(JSONValueBuilder.integer(value))), name: key.stringValue)
    }

    func encode(_ value: UInt128, forKey key: Key) throws {
        encoder.add(JSONNode(.value(JSONValueBuilder.integer(value))), name: key.stringValue)
    }

    // Serves the requirements for every primitive type as well.
    func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws {
        if let value {
            try encode(value, forKey: key)
        } else {
            encoder.skip()
        }
    }

    private func deferred(_ key: Key) -> JSONValueBuilder {
        let node = JSONNode()
        encoder.add(node, name: key.stringValue)
        return JSONValueBuilder(node: node, codingPath: [key])
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        deferred(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        deferred(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { ArgumentBuilder(encoder: encoder) }

    func superEncoder(forKey key: Key) -> any Encoder { deferred(key) }
}
