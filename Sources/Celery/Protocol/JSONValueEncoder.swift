import Foundation

/// Makes JSON values of Swift values.
///
/// Integers of any width stay exact. `Date`, `UUID`, `Decimal` and `Data` become the tagged objects that kombu's reader
/// turns into `datetime`, `UUID`, `Decimal` and `bytes`.
public struct JSONValueEncoder: Sendable {
    /// Makes an encoder.
    public init() {}

    /// Makes a JSON value of a Swift value.
    ///
    /// - Parameter value: The Swift value.
    /// - Returns: The JSON value.
    /// - Throws: What the value's own `encode(to:)` throws.
    public func encode<T: Encodable>(_ value: T) throws -> JSONValue {
        try JSONValueBuilder.node(of: value, path: []).finished
    }
}

/// A value under construction, shared by the containers that write into it.
final class JSONNode {
    enum Content {
        case empty
        case value(JSONValue)
        case array([JSONNode])
        case object([(key: String, node: JSONNode)])
    }

    var content: Content

    init(_ content: Content = .empty) {
        self.content = content
    }

    /// The finished value; what wrote nothing is an empty object, as with Foundation's encoder.
    var finished: JSONValue {
        switch content {
        case .empty: .object([:])
        case .value(let value): value
        case .array(let nodes): .array(nodes.map(\.finished))
        case .object(let members): .object(JSONObject(pairs: members.map { ($0.key, $0.node.finished) }))
        }
    }

    func append(_ node: JSONNode) {
        guard case .array(var nodes) = content else {
            content = .array([node])
            return
        }
        // Without this the array would have two owners and be copied.
        content = .empty
        nodes.append(node)
        content = .array(nodes)
    }

    func set(_ key: String, to node: JSONNode) {
        guard case .object(var members) = content else {
            content = .object([(key, node)])
            return
        }
        content = .empty
        members.append((key, node))
        content = .object(members)
    }

    /// Makes an empty array or object of a node into which nothing was written yet.
    func begin(_ empty: Content) {
        if case .empty = content {
            content = empty
        }
    }
}

/// The encoder of one value.
struct JSONValueBuilder: Encoder {
    let node: JSONNode
    let codingPath: [any CodingKey]

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func node<T: Encodable>(of value: T, path: [any CodingKey]) throws -> JSONNode {
        if let known = known(value) {
            return JSONNode(.value(known))
        }
        let node = JSONNode()
        try value.encode(to: JSONValueBuilder(node: node, codingPath: path))
        return node
    }

    /// The value, if JSON knows its type or kombu has a tag for it; all others say themselves what they are made of.
    ///
    /// The types are compared first since casts of what turns out to be something else are slow.
    private static func known<T>(_ value: T) -> JSONValue? {
        if T.self == String.self { return (value as? String).map { .string($0) } }
        if T.self == Int.self { return (value as? Int).map { .integer($0) } }
        if T.self == Bool.self { return (value as? Bool).map { .bool($0) } }
        if T.self == Double.self { return (value as? Double).map { .double($0) } }
        if T.self == Float.self { return (value as? Float).map { .double(Double($0.description) ?? Double($0)) } }
        if T.self == JSONValue.self { return value as? JSONValue }
        if T.self == JSONObject.self { return (value as? JSONObject).map { .object($0) } }
        if T.self == Date.self { return (value as? Date).map { JSONTag.encode($0) } }
        if T.self == UUID.self { return (value as? UUID).map { JSONTag.encode($0) } }
        if T.self == Decimal.self { return (value as? Decimal).map { JSONTag.encode($0) } }
        if T.self == Data.self { return (value as? Data).map { JSONTag.encode($0) } }
        if T.self == URL.self { return (value as? URL).map { .string($0.absoluteString) } }
        return nil
    }

    static func integer(_ value: some FixedWidthInteger) -> JSONValue {
        Int(exactly: value).map { .integer($0) } ?? .bigInteger(String(value))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.begin(.object([]))
        return KeyedEncodingContainer(JSONKeyedBuilder(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.begin(.array([]))
        return JSONUnkeyedBuilder(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension JSONValueBuilder: SingleValueEncodingContainer {
    func encodeNil() throws {
        node.content = .value(.null)
    }

    // Serves the requirements for every primitive type as well.
    func encode<T: Encodable>(_ value: T) throws {
        if let value = value as? any FixedWidthInteger {
            node.content = .value(Self.integer(value))
            return
        }
        node.content = try Self.node(of: value, path: codingPath).content
    }
}

/// Writes the members of an object.
struct JSONKeyedBuilder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: JSONNode
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) throws {
        node.set(key.stringValue, to: JSONNode(.value(.null)))
    }

    // Serves the requirements for every primitive type as well.
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        node.set(key.stringValue, to: try JSONValueBuilder.node(of: value, path: codingPath + [key]))
    }

    private func builder(_ key: some CodingKey) -> JSONValueBuilder {
        let child = JSONNode()
        node.set(key.stringValue, to: child)
        return JSONValueBuilder(node: child, codingPath: codingPath + [key])
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        builder(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        builder(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { builder(AnyCodingKey.super) }

    func superEncoder(forKey key: Key) -> any Encoder { builder(key) }
}

/// Writes the elements of an array.
struct JSONUnkeyedBuilder: UnkeyedEncodingContainer {
    let node: JSONNode
    let codingPath: [any CodingKey]

    var count: Int {
        if case .array(let nodes) = node.content { nodes.count } else { 0 }
    }

    func encodeNil() throws {
        node.append(JSONNode(.value(.null)))
    }

    // Serves the requirements for every primitive type as well.
    func encode<T: Encodable>(_ value: T) throws {
        node.append(try JSONValueBuilder.node(of: value, path: codingPath + [AnyCodingKey(index: count)]))
    }

    private func builder() -> JSONValueBuilder {
        let path = codingPath + [AnyCodingKey(index: count)]
        let child = JSONNode()
        node.append(child)
        return JSONValueBuilder(node: child, codingPath: path)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        builder().container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { builder().unkeyedContainer() }

    func superEncoder() -> any Encoder { builder() }
}
