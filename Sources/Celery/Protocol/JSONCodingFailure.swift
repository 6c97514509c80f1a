/// Words for what goes wrong while values are decoded.
///
/// They continue a sentence that begins with the value's place, in CPython's way: `argument 'pages' must be list, not
/// str`. They never show the value.
enum JSONCodingFailure {
    static func mismatch<T>(
        _ type: T.Type,
        _ expected: String,
        _ value: JSONValue,
        _ path: [any CodingKey]
    ) -> DecodingError {
        let description = "must be \(expected), not \(value.pythonTypeName)"
        let context = DecodingError.Context(codingPath: path, debugDescription: description)
        return value.isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    static func corrupted(_ description: String, _ path: [any CodingKey]) -> DecodingError {
        .dataCorrupted(DecodingError.Context(codingPath: path, debugDescription: description))
    }
}

/// A key made of whatever text or position is at hand.
struct AnyCodingKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ text: String) {
        stringValue = text
        intValue = nil
    }

    init(index: Int) {
        stringValue = String(index)
        intValue = index
    }

    init?(stringValue: String) {
        self.init(stringValue)
    }

    init?(intValue: Int) {
        self.init(index: intValue)
    }

    static let `super` = AnyCodingKey("super")
}
