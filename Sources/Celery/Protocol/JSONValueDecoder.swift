import Foundation

/// Makes Swift values of JSON values.
///
/// An integer is taken where a float is wanted, as in Python; nothing else is converted: no `1.0` for an integer, no `1`
/// for a truth value. Integers out of range are errors. `Date`, `UUID`, `Decimal` and `Data` are read from kombu's tagged
/// objects, and the first three from plain texts or numbers too.
public struct JSONValueDecoder: Sendable {
    /// Makes a decoder.
    public init() {}

    /// Makes a Swift value of a JSON value.
    ///
    /// - Parameters:
    ///   - type: The type of the Swift value.
    ///   - value: The JSON value.
    /// - Returns: The Swift value.
    /// - Throws: `DecodingError` with the path to what does not fit. Its description never shows values.
    public func decode<T: Decodable>(_ type: T.Type, from value: JSONValue) throws -> T {
        try JSONValueReader.decode(type, from: value, path: [])
    }
}

/// The decoder over one JSON value.
struct JSONValueReader: Decoder {
    let value: JSONValue
    let codingPath: [any CodingKey]

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func decode<T: Decodable>(_ type: T.Type, from value: JSONValue, path: [any CodingKey]) throws -> T {
        // Types that JSON knows, or kombu has tags for; all others say themselves what they are made of.
        let known: Any?
        if type == String.self {
            known = try JSONValueReader(value: value, codingPath: path).decode(String.self)
        } else if type == JSONValue.self {
            known = value
        } else if type == Date.self {
            known = try JSONTag.date(value, path)
        } else if type == UUID.self {
            known = try JSONTag.uuid(value, path)
        } else if type == Decimal.self {
            known = try JSONTag.decimal(value, path)
        } else if type == Data.self {
            known = try JSONTag.data(value, path)
        } else if type == URL.self {
            known = try url(value, path)
        } else {
            known = nil
        }
        // Unwrapped first: no value at all could be cast to an optional type.
        if let known, let result = known as? T {
            return result
        }
        return try type.init(from: JSONValueReader(value: value, codingPath: path))
    }

    private static func url(_ value: JSONValue, _ path: [any CodingKey]) throws -> URL {
        guard case .string(let text) = value else { throw JSONCodingFailure.mismatch(URL.self, "str", value, path) }
        guard let url = URL(string: text) else { throw JSONCodingFailure.corrupted("must be a URL", path) }
        return url
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = value else {
            throw JSONCodingFailure.mismatch(JSONObject.self, "dict", value, codingPath)
        }
        return KeyedDecodingContainer(JSONKeyedReader(object: object, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else {
            throw JSONCodingFailure.mismatch([JSONValue].self, "list", value, codingPath)
        }
        return JSONUnkeyedReader(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }
}

extension JSONValueReader: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value.isNull }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard case .bool(let flag) = value else { throw mismatch(type, "bool") }
        return flag
    }

    func decode(_ type: String.Type) throws -> String {
        switch value {
        case .string(let text): return text
        case .brokenString: throw JSONCodingFailure.corrupted("must not hold lone surrogates", codingPath)
        default: throw mismatch(type, "str")
        }
    }

    func decode(_ type: Double.Type) throws -> Double {
        guard let number = value.doubleValue else { throw mismatch(type, "float") }
        return number
    }

    func decode(_ type: Float.Type) throws -> Float {
        guard let number = value.doubleValue else { throw mismatch(type, "float") }
        return Float(number)
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if let type = type as? any FixedWidthInteger.Type, let number = try integer(type) as? T {
            return number
        }
        return try Self.decode(type, from: value, path: codingPath)
    }

    private func mismatch<T>(_ type: T.Type, _ expected: String) -> DecodingError {
        JSONCodingFailure.mismatch(type, expected, value, codingPath)
    }

    func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        let number: T?
        switch value {
        case .integer(let value): number = T(exactly: value)
        case .bigInteger(let digits): number = T(digits)
        default: throw mismatch(type, "int")
        }
        guard let number else {
            throw JSONCodingFailure.corrupted("must be between \(T.min) and \(T.max)", codingPath)
        }
        return number
    }

    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }
}
