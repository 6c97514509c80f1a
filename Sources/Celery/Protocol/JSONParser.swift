extension JSONValue {
    /// How deep arrays and objects may be nested in what is parsed.
    ///
    /// Python's own limit is near 1000. Half of that is far beyond any task's arguments and safe on any thread's stack,
    /// also for whoever walks the value.
    public static let maximumDepth = 512

    /// Parses one JSON value as Python's `json.loads` does.
    ///
    /// As strict as Python: no trailing commas, no leading zeros, no raw control characters in texts, nothing but white
    /// space around the value. As lenient as Python: integers of any size, `NaN`, `Infinity`, `-Infinity`, lone
    /// surrogates in texts, and of equal keys the last value counts.
    ///
    /// - Parameter bytes: The JSON text in UTF-8, without a byte order mark.
    /// - Throws: ``JSONError`` when the bytes are anything else.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
            var parser = JSONParser(buffer)
            return try parser.parseDocument()
        }
    }

    /// Parses one JSON value as Python's `json.loads` does.
    ///
    /// - Parameter text: The JSON text.
    /// - Throws: ``JSONError`` when the text is not JSON.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}

/// A cursor over JSON text.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var index = 0
    private var depth = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func parseDocument() throws(JSONError) -> JSONValue {
        skipWhitespace()
        let value = try parseValue()
        skipWhitespace()
        guard index == bytes.count else { throw failure("extra data behind the value") }
        return value
    }

    /// The byte at the cursor, or 0 (which no JSON token starts with) at the end.
    var current: UInt8 {
        @inline(__always) get { index < bytes.count ? bytes[index] : 0 }
    }

    func failure(_ message: String, code: JSONError.Code = .syntax, at offset: Int? = nil) -> JSONError {
        JSONError(code: code, message: message, offset: offset ?? index)
    }

    @inline(__always)
    private mutating func skipWhitespace() {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): index += 1
            default: return
            }
        }
    }

    private mutating func parseValue() throws(JSONError) -> JSONValue {
        switch current {
        case UInt8(ascii: "\""):
            return try parseText()
        case UInt8(ascii: "{"):
            return .object(try parseObject())
        case UInt8(ascii: "["):
            return .array(try parseArray())
        case UInt8(ascii: "n") where take("null"):
            return .null
        case UInt8(ascii: "t") where take("true"):
            return .bool(true)
        case UInt8(ascii: "f") where take("false"):
            return .bool(false)
        case UInt8(ascii: "N") where take("NaN"):
            return .double(.nan)
        case UInt8(ascii: "I") where take("Infinity"):
            return .double(.infinity)
        case UInt8(ascii: "-") where take("-Infinity"):
            return .double(-.infinity)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try parseNumber()
        default:
            throw failure("expected a value")
        }
    }

    /// Moves past `word` if it stands at the cursor.
    private mutating func take(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard bytes.count - index >= length else { return false }
        for offset in 0..<length where bytes[index + offset] != word.utf8Start[offset] {
            return false
        }
        index += length
        return true
    }

    private mutating func enter() throws(JSONError) {
        guard depth < JSONValue.maximumDepth else {
            throw failure("nested deeper than \(JSONValue.maximumDepth) levels", code: .tooDeep)
        }
        depth += 1
        index += 1
        skipWhitespace()
    }

    private mutating func leave() {
        depth -= 1
        index += 1
    }

    private mutating func parseArray() throws(JSONError) -> [JSONValue] {
        try enter()
        var elements: [JSONValue] = []
        if current == UInt8(ascii: "]") {
            leave()
            return elements
        }
        while true {
            elements.append(try parseValue())
            skipWhitespace()
            switch current {
            case UInt8(ascii: ","):
                index += 1
                skipWhitespace()
            case UInt8(ascii: "]"):
                leave()
                return elements
            default:
                throw failure("expected ',' or ']'")
            }
        }
    }

    private mutating func parseObject() throws(JSONError) -> JSONObject {
        try enter()
        var members = MemberList()
        if current == UInt8(ascii: "}") {
            leave()
            return JSONObject()
        }
        while true {
            guard current == UInt8(ascii: "\"") else { throw failure("expected a key in double quotes") }
            let start = index
            guard case .string(let key) = try parseText() else {
                throw failure("a key holds a lone surrogate", code: .brokenKey, at: start)
            }
            skipWhitespace()
            guard current == UInt8(ascii: ":") else { throw failure("expected ':'") }
            index += 1
            skipWhitespace()
            members.set(key, try parseValue())
            skipWhitespace()
            switch current {
            case UInt8(ascii: ","):
                index += 1
                skipWhitespace()
            case UInt8(ascii: "}"):
                leave()
                return members.object()
            default:
                throw failure("expected ',' or '}'")
            }
        }
    }
}

/// The members of an object being parsed.
///
/// Nearly all keys differ from all others in length, first or last byte, so that a set of 64 bits says for most of them
/// that there is nothing to compare.
private struct MemberList {
    private var distinct: [JSONObject.Element] = []
    private var seen: UInt64 = 0
    /// Takes over when the bits cannot rule out that a key was there before, or when there are too many of them.
    private var checked: JSONObject?

    mutating func set(_ key: String, _ value: JSONValue) {
        if checked != nil {
            checked?[key] = value
            return
        }
        let bit = Self.bit(of: key)
        let isNew = seen & bit == 0 || !distinct.contains { $0.key.hasSameCodePoints(as: key) }
        if isNew && distinct.count < 48 {
            seen |= bit
            distinct.append((key, value))
        } else {
            var object = JSONObject(distinct: distinct)
            object[key] = value
            checked = object
        }
    }

    func object() -> JSONObject {
        checked ?? JSONObject(distinct: distinct)
    }

    private static func bit(of key: String) -> UInt64 {
        let bytes = key.utf8
        var mix = bytes.count
        if let first = bytes.first, let last = bytes.last {
            mix = mix &* 7 &+ Int(first) &* 31 &+ Int(last) &* 13
        }
        return 1 << UInt64(mix & 63)
    }
}
