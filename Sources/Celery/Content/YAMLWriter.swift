import Codecs

/// Writes YAML as PyYAML's `safe_dump` does, but that long texts are not folded: block style, sorted keys, ASCII only.
struct YAMLWriter {
    private var text = ""

    static func write(_ value: JSONValue) throws(ContentError) -> [UInt8] {
        guard YAML.isBuilt else {
            let type = Serializer.yaml.contentType
            throw ContentError(.notBuilt(trait: "YAML"), verb: "be written as \(type)")
        }
        var writer = YAMLWriter()
        try writer.put(value, indentation: 0, place: .root)
        writer.text += "\n"
        return Array(writer.text.utf8)
    }

    /// Where a node stands: a collection begins on the line of a dash, and on a line of its own below a key.
    private enum Place {
        case root
        case element
        case member
    }

    private mutating func put(_ value: JSONValue, indentation: Int, place: Place) throws(ContentError) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            // yaml/emitter.py: the dashes of a sequence below a key stand as far out as the key.
            let indentation = place == .member ? indentation - 2 : indentation
            for (number, element) in elements.enumerated() {
                startLine(isFirst: number == 0, indentation, place)
                text += "- "
                try put(element, indentation: indentation + 2, place: .element)
            }
        case .object(let object):
            if let scalar = try tagged(value) {
                if place == .member { text += " " }
                text += scalar
            } else if object.isEmpty {
                text += place == .member ? " {}" : "{}"
            } else {
                try put(object, indentation: indentation, place: place)
            }
        default:
            if place == .member { text += " " }
            text += try scalar(value)
        }
    }

    private mutating func put(_ object: JSONObject, indentation: Int, place: Place) throws(ContentError) {
        let members = object.sorted { $0.key.precedesByCodePoints($1.key) }
        for (number, member) in members.enumerated() {
            startLine(isFirst: number == 0, indentation, place)
            let key = Self.quoted(member.key)
            if Self.isSimple(member.key, key) {
                text += key + ":"
                try put(member.value, indentation: indentation + 2, place: .member)
            } else {
                text += "? " + key
                startLine(isFirst: false, indentation, place)
                text += ": "
                try put(member.value, indentation: indentation + 2, place: .element)
            }
        }
    }

    /// Whether a key may stand before its colon without a question mark (yaml/emitter.py, `check_simple_key`).
    ///
    /// Readers look for the colon on the key's line and within 1024 characters.
    private static func isSimple(_ key: String, _ quoted: String) -> Bool {
        !key.isEmpty && key.unicodeScalars.count < 123 && quoted.utf8.count < 1000
            && !key.unicodeScalars.contains { "\n\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) }
    }

    private mutating func startLine(isFirst: Bool, _ indentation: Int, _ place: Place) {
        if isFirst, place != .member { return }
        text += "\n" + String(repeating: " ", count: indentation)
    }

    private func scalar(_ value: JSONValue) throws(ContentError) -> String {
        switch value {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let number): return String(number)
        case .bigInteger(let digits): return digits
        case .double(let number): return Self.float(number)
        case .string(let text): return Self.quoted(text)
        case .brokenString:
            throw ContentError(.notEncodable, "holds a text with lone surrogates, which YAML does not have")
        case .array: return "[]"
        case .object: return "{}"
        }
    }

    private static func float(_ number: Double) -> String {
        if number.isNaN { return ".nan" }
        if number.isInfinite { return number > 0 ? ".inf" : "-.inf" }
        let text = number.pythonRepr
        // A float of YAML 1.1 has a point.
        return text.contains(".") ? text : text.replacing("e", with: ".0e")
    }

    /// A tagged value that YAML has a form for; nil for what is none.
    private func tagged(_ value: JSONValue) throws(ContentError) -> String? {
        guard let (type, content) = JSONTag.parts(of: value), JSONTag.types.contains(type) else { return nil }
        if let bytes = value.taggedBytes {
            return "!!binary \"\(String(decoding: Base64.encode(bytes), as: UTF8.self))\""
        }
        guard let text = content.stringValue, YAMLScalar.kind(of: text) == .timestamp, Timestamp(iso: text) != nil,
            (text.utf8.count == 10) == (type == "date"), type == "date" || type == "datetime"
        else {
            throw ContentError(.notEncodable, "holds a \(type), which YAML does not have")
        }
        return text.replacing("T", with: " ")
    }

    // MARK: Texts

    /// A text in the simplest style that keeps it.
    private static func quoted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ 0x20...0x7E ~= $0 }) else { return doubleQuoted(text) }
        return isPlain(text, bytes) ? text : "'\(text.replacing("'", with: "''"))'"
    }

    /// Whether a text of printable ASCII may stand for itself in block style (yaml/emitter.py, `analyze_scalar`).
    private static func isPlain(_ text: String, _ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, let last = bytes.last, first != blank, last != blank,
            YAMLScalar.kind(of: text) == .text, !text.hasPrefix("---"), !text.hasPrefix("..."),
            !"#,[]{}&*!|>'\"%@`".utf8.contains(first)
        else { return false }
        for (index, byte) in bytes.enumerated() {
            let isLast = index + 1 == bytes.count || bytes[index + 1] == blank
            switch byte {
            case UInt8(ascii: ":") where isLast: return false
            case UInt8(ascii: "?") where index == 0 && isLast: return false
            case UInt8(ascii: "-") where index == 0 && isLast: return false
            case UInt8(ascii: "#") where bytes[index - 1] == blank: return false
            default: break
            }
        }
        return true
    }

    private static let blank = UInt8(ascii: " ")

    // yaml/emitter.py, ESCAPE_REPLACEMENTS
    private static let escapes: [Unicode.Scalar: Character] = [
        "\0": "0", "\u{07}": "a", "\u{08}": "b", "\t": "t", "\n": "n", "\u{0B}": "v", "\u{0C}": "f", "\r": "r",
        "\u{1B}": "e", "\"": "\"", "\\": "\\", "\u{85}": "N", "\u{A0}": "_", "\u{2028}": "L", "\u{2029}": "P",
    ]

    private static func doubleQuoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if let escape = escapes[scalar] {
                quoted += "\\\(escape)"
            } else if " "..."~" ~= scalar {
                quoted.unicodeScalars.append(scalar)
            } else {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let (letter, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
                quoted += "\\\(letter)" + String(repeating: "0", count: width - digits.count) + digits
            }
        }
        return quoted + "\""
    }
}
