/// A reply of the server, as RESP2 knows it.
public enum RedisValue: Sendable, Hashable {
    /// No value: a null bulk string or a null array.
    case null
    /// A status, such as `OK`.
    case simpleString(String)
    /// An error inside an array; an error that is a whole reply is thrown instead.
    case error(String)
    /// An integer.
    case integer(Int64)
    /// A string of any bytes.
    case bulk([UInt8])
    /// A list of replies.
    case array([RedisValue])
}

extension RedisValue {
    /// The text of a string reply, of an integer too; nil for other kinds and for bytes that are not UTF-8.
    public var string: String? {
        switch self {
        case .simpleString(let text): text
        case .bulk(let bytes): String(validating: bytes, as: UTF8.self)
        case .integer(let number): String(number)
        case .null, .error, .array: nil
        }
    }

    /// The bytes of a string reply; nil for other kinds.
    public var bytes: [UInt8]? {
        switch self {
        case .bulk(let bytes): bytes
        case .simpleString(let text): Array(text.utf8)
        case .null, .error, .integer, .array: nil
        }
    }

    /// The value of an integer reply, or of a string that holds an integer; nil for other kinds.
    public var integer: Int64? {
        switch self {
        case .integer(let number): number
        case .bulk, .simpleString: string.flatMap { Int64($0) }
        case .null, .error, .array: nil
        }
    }

    /// The value of a string reply that holds a number, or of an integer; nil for other kinds.
    public var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .bulk, .simpleString: string.flatMap { Double($0) }
        case .null, .error, .array: nil
        }
    }

    /// The elements of an array reply; nil for other kinds.
    public var array: [RedisValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// Whether this is ``null``.
    public var isNull: Bool { self == .null }

    // Names the kind only: a payload does not belong into an error message.
    var kind: String {
        switch self {
        case .null: "null"
        case .simpleString: "a status"
        case .error: "an error"
        case .integer: "an integer"
        case .bulk: "a string"
        case .array: "an array"
        }
    }
}
