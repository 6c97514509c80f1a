/// Reads MessagePack as `msgpack.unpackb(data, raw=False)` does, which is what kombu calls.
///
/// Binary values become tagged bytes and time stamps tagged datetimes. Keys are text; other extensions are refused.
/// Whatever the bytes are, it ends with a value or an error, and allocates in proportion to them only.
struct MessagePackReader {
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    static func read(_ bytes: [UInt8]) throws(ContentError) -> JSONValue {
        var reader = MessagePackReader(bytes: bytes)
        let value = try reader.value()
        guard reader.index == bytes.count else { throw reader.failure("extra data behind the value") }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func failure(_ problem: String) -> ContentError {
        ContentError(.malformed, "is not MessagePack: \(problem) at byte \(index)")
    }

    private mutating func value() throws(ContentError) -> JSONValue {
        let kind = try byte()
        switch kind {
        case 0x00...0x7F: return .integer(Int(kind))
        case 0x80...0x8F: return try object(Int(kind & 0x0F))
        case 0x90...0x9F: return try array(Int(kind & 0x0F))
        case 0xA0...0xBF: return .string(try text(Int(kind & 0x1F)))
        case 0xC0: return .null
        case 0xC2: return .bool(false)
        case 0xC3: return .bool(true)
        case 0xC4: return .tagged(bytes: try data(Int(try number(UInt8.self))))
        case 0xC5: return .tagged(bytes: try data(Int(try number(UInt16.self))))
        case 0xC6: return .tagged(bytes: try data(Int(try number(UInt32.self))))
        case 0xC7: return try `extension`(Int(try number(UInt8.self)))
        case 0xC8: return try `extension`(Int(try number(UInt16.self)))
        case 0xC9: return try `extension`(Int(try number(UInt32.self)))
        case 0xCA: return .double(Double(Float(bitPattern: try number(UInt32.self))))
        case 0xCB: return .double(Double(bitPattern: try number(UInt64.self)))
        case 0xCC: return .integer(Int(try number(UInt8.self)))
        case 0xCD: return .integer(Int(try number(UInt16.self)))
        case 0xCE: return .integer(Int(try number(UInt32.self)))
        case 0xCF:
            let value = try number(UInt64.self)
            return Int(exactly: value).map { .integer($0) } ?? .bigInteger(String(value))
        case 0xD0: return .integer(Int(try number(Int8.self)))
        case 0xD1: return .integer(Int(try number(Int16.self)))
        case 0xD2: return .integer(Int(try number(Int32.self)))
        case 0xD3: return .integer(Int(try number(Int64.self)))
        case 0xD4...0xD8: return try `extension`(1 << Int(kind - 0xD4))
        case 0xD9: return .string(try text(Int(try number(UInt8.self))))
        case 0xDA: return .string(try text(Int(try number(UInt16.self))))
        case 0xDB: return .string(try text(Int(try number(UInt32.self))))
        case 0xDC: return try array(Int(try number(UInt16.self)))
        case 0xDD: return try array(Int(try number(UInt32.self)))
        case 0xDE: return try object(Int(try number(UInt16.self)))
        case 0xDF: return try object(Int(try number(UInt32.self)))
        case 0xE0...0xFF: return .integer(Int(Int8(bitPattern: kind)))
        default: throw failure("an unknown kind of value")
        }
    }

    private mutating func byte() throws(ContentError) -> UInt8 {
        guard index < bytes.count else { throw failure("it ends too soon") }
        defer { index += 1 }
        return bytes[index]
    }

    /// A big-endian integer.
    private mutating func number<Value: FixedWidthInteger>(_ type: Value.Type) throws(ContentError) -> Value {
        var value: Value = 0
        for byte in try data(Value.bitWidth / 8) { value = value << 8 | Value(truncatingIfNeeded: byte) }
        return value
    }

    private mutating func data(_ length: Int) throws(ContentError) -> ArraySlice<UInt8> {
        guard length <= bytes.count - index else { throw failure("it ends too soon") }
        defer { index += length }
        return bytes[index..<index + length]
    }

    private mutating func text(_ length: Int) throws(ContentError) -> String {
        guard let text = String(validating: try data(length), as: UTF8.self) else {
            throw failure("a text is not UTF-8")
        }
        return text
    }

    private mutating func array(_ count: Int) throws(ContentError) -> JSONValue {
        try enter(count)
        var elements: [JSONValue] = []
        for _ in 0..<count { elements.append(try value()) }
        depth -= 1
        return .array(elements)
    }

    private mutating func object(_ count: Int) throws(ContentError) -> JSONValue {
        try enter(count)
        var object = JSONObject()
        for _ in 0..<count {
            guard case .string(let key) = try value() else { throw failure("a key is no text") }
            object[key] = try value()
        }
        depth -= 1
        return .object(object)
    }

    private mutating func enter(_ count: Int) throws(ContentError) {
        guard depth < JSONValue.maximumDepth else {
            throw failure("nested deeper than \(JSONValue.maximumDepth) levels")
        }
        // Each element takes a byte at least: a count beyond that is not worth beginning with.
        guard count <= bytes.count - index else { throw failure("it ends too soon") }
        depth += 1
    }

    private mutating func `extension`(_ length: Int) throws(ContentError) -> JSONValue {
        let kind = Int8(bitPattern: try byte())
        let start = index
        guard kind == -1, length == 4 || length == 8 || length == 12 else {
            throw failure("an extension of type \(kind) and \(length) bytes")
        }
        let (seconds, nanoseconds) = try timestamp(length)
        guard let time = Timestamp(seconds: seconds, nanoseconds: nanoseconds) else {
            index = start
            throw failure("a time outside of the years 1 to 9999")
        }
        return JSONTag.encode("datetime", .string(time.isoFormat))
    }

    /// The three forms of MessagePack's time stamp.
    private mutating func timestamp(_ length: Int) throws(ContentError) -> (seconds: Int, nanoseconds: Int) {
        switch length {
        case 4:
            return (Int(try number(UInt32.self)), 0)
        case 8:
            let both = try number(UInt64.self)
            return (Int(both & (1 << 34 - 1)), Int(both >> 34))
        default:
            let nanoseconds = Int(try number(UInt32.self))
            return (Int(try number(Int64.self)), nanoseconds)
        }
    }
}

extension JSONValue {
    /// Bytes in kombu's tagged form.
    static func tagged(bytes: some Sequence<UInt8>) -> JSONValue {
        let bytes = Array(bytes)
        if let text = String(validating: bytes, as: UTF8.self) {
            return JSONTag.encode("bytes", .string(text))
        }
        return JSONTag.encode("base64", .string(String(decoding: Base64.encode(bytes), as: UTF8.self)))
    }

    /// The bytes, if this is what kombu writes for bytes.
    var taggedBytes: [UInt8]? {
        switch JSONTag.parts(of: self) {
        case ("bytes", .string(let text))?: Array(text.utf8)
        case ("base64", .string(let text))?: Base64.decode(text)
        default: nil
        }
    }
}
