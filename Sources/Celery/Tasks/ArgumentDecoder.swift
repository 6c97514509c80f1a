/// The decoder that a task's parameters are made from.
struct ArgumentDecoder: Decoder {
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

    func decodeNil(forKey key: Key) throws -> Bool {
        switch try binder.argument(key.stringValue) {
        case .missing: true
        case .given(let value): value.isNull
        }
    }

    // Serves the requirements for every primitive type as well.
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        if type == RawArguments.self, let rest = binder.rest() as? T {
            return rest
        }
        return try argument(type, key)
    }

    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try argument(type, key) }

    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 { try argument(type, key) }

    private func argument<T: Decodable>(_ type: T.Type, _ key: Key) throws -> T {
        switch try binder.argument(key.stringValue) {
        case .missing(let dummies):
            return try dummies.make(type)
        case .given(let value):
            do {
                return try JSONValueReader.decode(type, from: value, path: [key])
            } catch {
                // That another argument is missing is said first, as CPython looks at no value before that.
                guard let dummies = binder.dummies else { throw error }
                return try dummies.make(type)
            }
        }
    }

    private func decoder(_ key: Key) throws -> any Decoder {
        switch try binder.argument(key.stringValue) {
        case .missing(let dummies): dummies.decoder()
        case .given(let value): JSONValueReader(value: value, codingPath: [key])
        }
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { ArgumentDecoder(binder: binder) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}
