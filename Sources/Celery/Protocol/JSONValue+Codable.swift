extension JSONValue: Codable {
    /// Decodes any JSON value; exactly so with ``JSONValueDecoder``, and with other decoders as far as they can.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: The decoder's error.
    public init(from decoder: any Decoder) throws {
        if let decoder = decoder as? JSONValueReader {
            self = decoder.value
            return
        }
        if let container = try? decoder.container(keyedBy: AnyCodingKey.self) {
            var object = JSONObject()
            for key in container.allKeys {
                object[key.stringValue] = try container.decode(JSONValue.self, forKey: key)
            }
            self = .object(object)
            return
        }
        if var container = try? decoder.unkeyedContainer() {
            var elements: [JSONValue] = []
            while !container.isAtEnd {
                elements.append(try container.decode(JSONValue.self))
            }
            self = .array(elements)
            return
        }
        let container = try decoder.singleValueContainer()
        // Other decoders only tell kinds apart by trying.
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .double(value)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    /// Encodes the value; exactly so with ``JSONValueEncoder``, and with other encoders as far as they can.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: The encoder's error.
    public func encode(to encoder: any Encoder) throws {
        if let encoder = encoder as? JSONValueBuilder {
            encoder.node.content = .value(self)
            return
        }
        switch self {
        case .object(let object):
            var container = encoder.container(keyedBy: AnyCodingKey.self)
            for (key, value) in object {
                try container.encode(value, forKey: AnyCodingKey(key))
            }
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements {
                try container.encode(element)
            }
        default:
            var container = encoder.singleValueContainer()
            switch self {
            case .bool(let value): try container.encode(value)
            case .integer(let value): try container.encode(value)
            case .bigInteger(let digits): try container.encode(Double(digits))
            case .double(let value): try container.encode(value)
            case .string(let text): try container.encode(text)
            case .brokenString(let units): try container.encode(String(decoding: units, as: UTF16.self))
            case .null, .array, .object: try container.encodeNil()
            }
        }
    }
}

extension JSONObject: Codable {
    /// Decodes a JSON object.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: The decoder's error, or a type mismatch for any other value.
    public init(from decoder: any Decoder) throws {
        let value = try JSONValue(from: decoder)
        guard case .object(let object) = value else {
            throw JSONCodingFailure.mismatch(JSONObject.self, "dict", value, decoder.codingPath)
        }
        self = object
    }

    /// Encodes the object.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: The encoder's error.
    public func encode(to encoder: any Encoder) throws {
        try JSONValue.object(self).encode(to: encoder)
    }
}
