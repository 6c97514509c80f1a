import Foundation

/// The values for which kombu has a form in JSON: objects of `__type__` and `__value__`.
///
/// kombu/utils/json.py; a reader in Python refuses tags that are not registered there, so that no others are written.
enum JSONTag {
    /// The types that kombu registers.
    static let types: Set<String> = ["uuid", "datetime", "date", "time", "decimal", "bytes", "base64"]

    static func encode(_ type: String, _ value: JSONValue) -> JSONValue {
        ["__type__": .string(type), "__value__": value]
    }

    /// The type and the value of a tagged object.
    static func parts(of value: JSONValue) -> (type: String, value: JSONValue)? {
        guard case .object(let object) = value, object.count == 2, let type = object["__type__"]?.stringValue,
            let value = object["__value__"]
        else { return nil }
        return (type, value)
    }

    static func encode(_ date: Date) -> JSONValue {
        encode("datetime", .string(Timestamp(date).isoFormat))
    }

    static func encode(_ uuid: UUID) -> JSONValue {
        let hexadecimal = uuid.uuidString.lowercased().replacing("-", with: "")
        return encode("uuid", ["hex": .string(hexadecimal)])
    }

    static func encode(_ decimal: Decimal) -> JSONValue {
        encode("decimal", .string(decimal.description))
    }

    static func encode(_ data: Data) -> JSONValue {
        .tagged(bytes: data)
    }

    static func date(_ value: JSONValue, _ path: [any CodingKey]) throws -> Date {
        let content: JSONValue
        switch parts(of: value) {
        case ("datetime", let text)?, ("date", let text)?: content = text
        case nil: content = value
        default: throw JSONCodingFailure.mismatch(Date.self, "datetime", value, path)
        }
        guard case .string(let text) = content else {
            throw JSONCodingFailure.mismatch(Date.self, "datetime", value, path)
        }
        guard let timestamp = Timestamp(iso: text) else {
            throw JSONCodingFailure.corrupted("must be an ISO 8601 time", path)
        }
        return timestamp.date
    }

    static func uuid(_ value: JSONValue, _ path: [any CodingKey]) throws -> UUID {
        let text: String?
        switch parts(of: value) {
        case ("uuid", let content)?: text = content["hex"]?.stringValue ?? content.stringValue
        case nil: text = value.stringValue
        default: throw JSONCodingFailure.mismatch(UUID.self, "UUID", value, path)
        }
        guard var digits = text.map(Array.init) else {
            throw JSONCodingFailure.mismatch(UUID.self, "UUID", value, path)
        }
        if digits.count == 32 {
            for place in [20, 16, 12, 8] {
                digits.insert("-", at: place)
            }
        }
        guard let uuid = UUID(uuidString: String(digits)) else {
            throw JSONCodingFailure.corrupted("must be a UUID", path)
        }
        return uuid
    }

    static func decimal(_ value: JSONValue, _ path: [any CodingKey]) throws -> Decimal {
        let text: String
        switch (parts(of: value), value) {
        case (("decimal", .string(let digits))?, _), (nil, .string(let digits)), (nil, .bigInteger(let digits)):
            text = digits
        case (nil, .integer(let number)):
            return Decimal(number)
        case (nil, .double(let number)):
            text = number.pythonRepr
        default:
            throw JSONCodingFailure.mismatch(Decimal.self, "Decimal", value, path)
        }
        // Foundation reads as far as it can, and would take the 1 of "1 apple".
        let isNumber = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
        guard isNumber, let decimal = Decimal(string: text) else {
            throw JSONCodingFailure.corrupted("must be a decimal number", path)
        }
        return decimal
    }

    static func data(_ value: JSONValue, _ path: [any CodingKey]) throws -> Data {
        switch parts(of: value) {
        case ("bytes", .string(let text))?:
            return Data(text.utf8)
        case ("base64", .string(let text))?:
            guard let bytes = Base64.decode(text) else {
                throw JSONCodingFailure.corrupted("must be Base64", path)
            }
            return Data(bytes)
        default:
            throw JSONCodingFailure.mismatch(Data.self, "bytes", value, path)
        }
    }
}
