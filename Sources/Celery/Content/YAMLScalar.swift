/// What the text of a plain scalar means to PyYAML's `safe_load`, which follows YAML 1.1.
///
/// yaml/resolver.py and yaml/constructor.py of PyYAML: `yes` is true, `010` is eight, `1:30` is ninety.
enum YAMLScalar {
    /// What a plain scalar is.
    enum Kind: Hashable {
        case null
        case bool(Bool)
        case int
        case float
        case timestamp
        case merge
        case value
        case text
    }

    /// The kind of a plain scalar.
    static func kind(of text: String) -> Kind {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
        case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
        case "<<": return .merge
        case "=": return .value
        default: break
        }
        // Everything else that is no text begins with one of these.
        guard let first = text.utf8.first, first == UInt8(ascii: ".") || first.isSign || first.isDigit else {
            return .text
        }
        var scanner = YAMLScanner(text)
        if scanner.isFloat() { return .float }
        if scanner.isInt() { return .int }
        return scanner.isTimestamp() ? .timestamp : .text
    }

    /// An integer, of any size when it is decimal and of 127 bits when it is not.
    static func int(_ text: String) -> JSONValue? {
        var digits = text.utf8.filter { $0 != UInt8(ascii: "_") }
        let isNegative = digits.first == UInt8(ascii: "-")
        if digits.first?.isSign == true { digits.removeFirst() }
        guard let first = digits.first else { return nil }
        if digits.contains(UInt8(ascii: ":")) {
            return sexagesimal(digits).map { .integer(exactly: isNegative ? -$0 : $0) }
        }
        var radix = 10
        if first == UInt8(ascii: "0"), digits.count > 1 {
            switch digits[1] {
            case UInt8(ascii: "b"): radix = 2
            case UInt8(ascii: "x"): radix = 16
            default: radix = 8
            }
            if radix != 8 { digits.removeFirst(2) }
        }
        guard radix == 10 else {
            // `Int128` would take another sign.
            guard digits.first?.isSign == false else { return nil }
            let value = Int128(String(decoding: digits, as: UTF8.self), radix: radix)
            return value.map { .integer(exactly: isNegative ? -$0 : $0) }
        }
        guard digits.allSatisfy(\.isDigit) else { return nil }
        let number = (isNegative && digits != [UInt8(ascii: "0")] ? "-" : "") + String(decoding: digits, as: UTF8.self)
        return Int(number).map { .integer($0) } ?? .bigInteger(number)
    }

    private static func sexagesimal(_ digits: [UInt8]) -> Int128? {
        var value: Int128 = 0
        for part in digits.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
            guard let digit = Int128(String(decoding: part, as: UTF8.self)) else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 60)
            let (sum, isTooMuch) = product.addingReportingOverflow(digit)
            guard !isTooLarge, !isTooMuch else { return nil }
            value = sum
        }
        return value
    }

    /// A float.
    static func float(_ text: String) -> Double? {
        var text = text.lowercased().filter { $0 != "_" }
        let isNegative = text.first == "-"
        if text.first == "-" || text.first == "+" { text.removeFirst() }
        let value: Double?
        switch text {
        case ".inf": value = .infinity
        case ".nan": value = .nan
        case _ where text.contains(":"):
            var sum = 0.0
            for part in text.split(separator: ":") {
                guard let digit = decimal(part) else { return nil }
                sum = sum * 60 + digit
            }
            value = sum
        default: value = decimal(text[...])
        }
        return value.map { isNegative ? -$0 : $0 }
    }

    /// A decimal fraction as Python's `float` reads it: there may be nothing before or behind the point.
    private static func decimal(_ text: Substring) -> Double? {
        guard let first = text.utf8.first, first.isDigit || first == UInt8(ascii: ".") else { return nil }
        return Double("0" + text.replacing(".e", with: ".0e") + (text.hasSuffix(".") ? "0" : ""))
    }
}

extension JSONValue {
    /// An integer in the case in which integers of its size are.
    fileprivate static func integer(exactly value: Int128) -> JSONValue {
        Int(exactly: value).map { .integer($0) } ?? .bigInteger(String(value))
    }
}

extension UInt8 {
    var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
    var isSign: Bool { self == UInt8(ascii: "+") || self == UInt8(ascii: "-") }
}
