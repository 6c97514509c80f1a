extension JSONValue {
    /// The value as Python's `repr` shows it, whole.
    public var exactPythonRepr: String {
        switch self {
        case .null: "None"
        case .bool(let value): value ? "True" : "False"
        case .integer(let value): String(value)
        case .bigInteger(let digits): digits
        case .double(let value): value.pythonRepr
        case .string(let value): Self.pythonLiteral(value.unicodeScalars.map(\.value))
        case .brokenString(let units): Self.pythonLiteral(Self.codePoints(units))
        case .array(let elements):
            "[" + elements.map(\.exactPythonRepr).joined(separator: ", ") + "]"
        case .object(let object):
            "{"
                + object.map { "\(JSONValue.string($0.key).exactPythonRepr): \($0.value.exactPythonRepr)" }
                .joined(separator: ", ") + "}"
        }
    }

    /// The code points of UTF-16 code units, lone surrogates included.
    static func codePoints(_ units: [UInt16]) -> [UInt32] {
        var points: [UInt32] = []
        for unit in units {
            if unit & 0xFC00 == 0xDC00, let high = points.last, high & ~0x3FF == 0xD800 {
                points[points.count - 1] = 0x10000 + ((high & 0x3FF) << 10 | UInt32(unit & 0x3FF))
            } else {
                points.append(UInt32(unit))
            }
        }
        return points
    }

    /// A text in quotes: CPython's `Objects/unicodeobject.c`, `unicode_repr`.
    private static func pythonLiteral(_ points: [UInt32]) -> String {
        let singleQuote = UInt32(UInt8(ascii: "'"))
        let doubleQuote = UInt32(UInt8(ascii: "\""))
        let quote = points.contains(singleQuote) && !points.contains(doubleQuote) ? doubleQuote : singleQuote
        var text = String.UnicodeScalarView()
        text.append(quote == singleQuote ? "'" : "\"")
        for point in points {
            switch point {
            case quote: text.append(contentsOf: quote == singleQuote ? "\\'".unicodeScalars : "\\\"".unicodeScalars)
            case 0x5C: text.append(contentsOf: "\\\\".unicodeScalars)
            case 0x09: text.append(contentsOf: "\\t".unicodeScalars)
            case 0x0A: text.append(contentsOf: "\\n".unicodeScalars)
            case 0x0D: text.append(contentsOf: "\\r".unicodeScalars)
            default:
                if let scalar = Unicode.Scalar(point), scalar.isPrintableInPython {
                    text.append(scalar)
                } else {
                    text.append(contentsOf: escape(point).unicodeScalars)
                }
            }
        }
        text.append(quote == singleQuote ? "'" : "\"")
        return String(text)
    }

    private static func escape(_ point: UInt32) -> String {
        let (prefix, width) = point < 0x100 ? ("\\x", 2) : point < 0x10000 ? ("\\u", 4) : ("\\U", 8)
        let digits = String(point, radix: 16)
        return prefix + String(repeating: "0", count: width - digits.count) + digits
    }
}

extension String {
    /// A text that shows UTF-16 code units, lone surrogates as the escapes that JSON has for them.
    init(showing units: [UInt16]) {
        self = JSONValue.codePoints(units).reduce(into: "") { text, point in
            if let scalar = Unicode.Scalar(point) {
                text.unicodeScalars.append(scalar)
            } else {
                text += "\\u" + String(point, radix: 16)
            }
        }
    }
}

extension Unicode.Scalar {
    /// Whether Python's `repr` shows the character as it is: CPython's `str.isprintable`.
    fileprivate var isPrintableInPython: Bool {
        if value < 0x7F { return value >= 0x20 }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: return false
        case .lineSeparator, .paragraphSeparator, .spaceSeparator: return false
        default: return true
        }
    }
}
