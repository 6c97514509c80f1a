// The integers of 128 bits are the only primitives that the generic functions of the containers do not serve: the standard
// library has its own default for them, which refuses.

extension JSONValueReader {
    func decode(_ type: Int128.Type) throws -> Int128 { try integer(type) }
    func decode(_ type: UInt128.Type) throws -> UInt128 { try integer(type) }
}

extension JSONKeyedReader {
    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try reader(key).integer(type) }
    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 { try reader(key).integer(type) }
}

extension JSONUnkeyedReader {
    mutating func decode(_ type: Int128.Type) throws -> Int128 { try next(type).integer(type) }
    mutating func decode(_ type: UInt128.Type) throws -> UInt128 { try next(type).integer(type) }
}

extension JSONValueBuilder {
    func encode(_ value: Int128) throws { node.content = .value(Self.integer(value)) }
    func encode(_ value: UInt128) throws { node.content = .value(Self.integer(value)) }
}

extension JSONKeyedBuilder {
    func encode(_ value: Int128, forKey key: Key) throws {
        node.set(key.stringValue, to: JSONNode(.value(JSONValueBuilder.integer(value))))
    }

    func encode(_ value: UInt128, forKey key: Key) throws {
        node.set(key.stringValue, to: JSONNode(.value(JSONValueBuilder.integer(value))))
    }
}

extension JSONUnkeyedBuilder {
    func encode(_ value: Int128) throws { node.append(JSONNode(.value(JSONValueBuilder.integer(value)))) }
    func encode(_ value: UInt128) throws { node.append(JSONNode(.value(JSONValueBuilder.integer(value)))) }
}
