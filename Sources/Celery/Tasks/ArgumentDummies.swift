import Foundation

/// Makes values of nothing: zeros, empty texts and lists, structures of these.
///
/// They stand for missing arguments while a type is asked for the parameters behind the first of them.
final class ArgumentDummies {
    // Whoever asks for more is no structure of arguments: a loop that does not look at the end, or a type around itself.
    private static let deepest = 16
    private var remaining = 1000

    /// A value of the type.
    ///
    /// - Parameters:
    ///   - type: The type.
    ///   - depth: How many structures are around it.
    /// - Returns: The value.
    /// - Throws: What the type throws when it has no such value, as an enumeration or one that checks itself may.
    func make<T: Decodable>(_ type: T.Type, depth: Int = 0) throws -> T {
        // Unwrapped first: no value at all could be cast to an optional type.
        if let plain = Self.plain(type), let value = plain as? T {
            return value
        }
        return try type.init(from: ArgumentDummyDecoder(dummies: self, depth: depth + 1))
    }

    /// A decoder that gives dummies for whatever is asked for.
    func decoder() -> any Decoder { ArgumentDummyDecoder(dummies: self, depth: 1) }

    fileprivate func spend(depth: Int) throws {
        guard remaining > 0, depth < Self.deepest else { throw JSONCodingFailure.corrupted("has no dummy", []) }
        remaining -= 1
    }

    private static func plain<T>(_ type: T.Type) -> Any? {
        switch type {
        case is Bool.Type: false
        case is String.Type: ""
        case is JSONValue.Type: JSONValue.null
        case is UUID.Type: UUID()
        case is URL.Type: URL(string: "dummy:")
        // All numbers.
        case let type as any AdditiveArithmetic.Type: type.zero
        case let type as any CaseIterable.Type: first(of: type)
        default: nil
        }
    }

    private static func first<T: CaseIterable>(of type: T.Type) -> Any? { type.allCases.first }
}

/// The decoder that gives dummies for whatever is asked for.
private struct ArgumentDummyDecoder: Decoder, SingleValueDecodingContainer {
    let dummies: ArgumentDummies
    let depth: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try dummies.spend(depth: depth)
        return KeyedDecodingContainer(ArgumentDummyMembers(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try dummies.spend(depth: depth)
        return ArgumentDummyElements(decoder: self)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { true }

    // Serves the requirements for every primitive type but the widest as well, here and below.
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try dummies.spend(depth: depth)
        return try dummies.make(type, depth: depth)
    }

    func decode(_ type: Int128.Type) -> Int128 { 0 }
    func decode(_ type: UInt128.Type) -> UInt128 { 0 }

    var nested: ArgumentDummyDecoder { ArgumentDummyDecoder(dummies: dummies, depth: depth + 1) }
}

/// Members that are there for whoever insists.
private struct ArgumentDummyMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: ArgumentDummyDecoder

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { false }
    func decodeNil(forKey key: Key) -> Bool { true }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try decoder.decode(type) }
    func decode(_ type: Int128.Type, forKey key: Key) -> Int128 { 0 }
    func decode(_ type: UInt128.Type, forKey key: Key) -> UInt128 { 0 }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try decoder.nested.container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder.nested.unkeyedContainer()
    }

    func superDecoder() -> any Decoder { decoder.nested }
    func superDecoder(forKey key: Key) -> any Decoder { decoder.nested }
}

/// An empty list that has elements for whoever insists.
private struct ArgumentDummyElements: UnkeyedDecodingContainer {
    let decoder: ArgumentDummyDecoder

    var codingPath: [any CodingKey] { [] }
    var count: Int? { 0 }
    var isAtEnd: Bool { true }
    var currentIndex: Int { 0 }

    func decodeNil() -> Bool { true }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.decode(type) }
    func decode(_ type: Int128.Type) -> Int128 { 0 }
    func decode(_ type: UInt128.Type) -> UInt128 { 0 }

    func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type) throws -> KeyedDecodingContainer<NestedKey>
    {
        try decoder.nested.container(keyedBy: type)
    }

    func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try decoder.nested.unkeyedContainer() }
    func superDecoder() -> any Decoder { decoder.nested }
}
