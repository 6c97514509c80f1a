/// What Python says about a text that is not JSON, and where.
///
/// Clients get the position and the words of Python's `JSONDecodeError`. The text is read a second time to find them,
/// after the parser proper has refused it.
struct JSONSyntaxFault: Error, Hashable {
    /// What is wrong.
    let message: String
    /// Where it is wrong, in characters (code points) from 0.
    let position: Int

    init(_ message: String, at position: Int) {
        self.message = message
        self.position = position
    }

    /// Finds the fault in a text.
    ///
    /// - Parameter bytes: The text; nil is returned when it is not UTF-8 or when Python would accept it.
    init?(in bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var scanner = PythonJSONScanner(text)
        do {
            try scanner.scanDocument()
            return nil
        } catch {
            self = error
        }
    }
}

/// CPython's JSON scanner (Modules/_json.c), which forgets the values.
private struct PythonJSONScanner {
    private let text: [Unicode.Scalar]
    private var index = 0

    init(_ text: String) {
        self.text = Array(text.unicodeScalars)
    }

    mutating func scanDocument() throws(JSONSyntaxFault) {
        skipWhitespace()
        try scanValue()
        skipWhitespace()
        if index < text.count { throw JSONSyntaxFault("Extra data", at: index) }
    }

    private var current: Unicode.Scalar? {
        index < text.count ? text[index] : nil
    }

    private mutating func skipWhitespace() {
        while let current, current == " " || current == "\n" || current == "\r" || current == "\t" { index += 1 }
    }

    private mutating func take(_ expected: Unicode.Scalar) -> Bool {
        guard current == expected else { return false }
        index += 1
        return true
    }

    /// Recursion is bounded, because the parser proper refuses deep nesting with another error.
    private mutating func scanValue() throws(JSONSyntaxFault) {
        switch current {
        case "\"": try scanText()
        case "{": try scanObject()
        case "[": try scanArray()
        default:
            for word in ["null", "true", "false", "NaN", "Infinity", "-Infinity"]
            where text[index...].starts(with: word.unicodeScalars) {
                index += word.unicodeScalars.count
                return
            }
            try scanNumber()
        }
    }

    private mutating func scanObject() throws(JSONSyntaxFault) {
        index += 1
        skipWhitespace()
        if take("}") { return }
        while true {
            guard current == "\"" else {
                throw JSONSyntaxFault("Expecting property name enclosed in double quotes", at: index)
            }
            try scanText()
            skipWhitespace()
            guard take(":") else { throw JSONSyntaxFault("Expecting ':' delimiter", at: index) }
            skipWhitespace()
            try scanValue()
            skipWhitespace()
            if take("}") { return }
            guard take(",") else { throw JSONSyntaxFault("Expecting ',' delimiter", at: index) }
            skipWhitespace()
        }
    }

    private mutating func scanArray() throws(JSONSyntaxFault) {
        index += 1
        skipWhitespace()
        if take("]") { return }
        while true {
            try scanValue()
            skipWhitespace()
            if take("]") { return }
            guard take(",") else { throw JSONSyntaxFault("Expecting ',' delimiter", at: index) }
            skipWhitespace()
        }
    }

    private mutating func scanText() throws(JSONSyntaxFault) {
        let start = index
        index += 1
        while true {
            switch current {
            case nil: throw JSONSyntaxFault("Unterminated string starting at", at: start)
            case "\""?:
                index += 1
                return
            case "\\"?: try scanEscape(textStart: start)
            case let scalar? where scalar.value < 0x20:
                throw JSONSyntaxFault("Invalid control character at", at: index)
            default: index += 1
            }
        }
    }

    private mutating func scanEscape(textStart: Int) throws(JSONSyntaxFault) {
        let start = index
        index += 1
        switch current {
        case nil: throw JSONSyntaxFault("Unterminated string starting at", at: textStart)
        case "\"", "\\", "/", "b", "f", "n", "r", "t": index += 1
        case "u":
            let unit = try scanHexadecimal(errorAt: start + 1)
            // A high surrogate wants its low one, but only when there is room for it and something behind it.
            if unit & 0xFC00 == 0xD800, index + 6 < text.count, text[index] == "\\", text[index + 1] == "u" {
                let pairStart = index
                index += 1
                // What is no low surrogate stands for itself.
                if try scanHexadecimal(errorAt: pairStart + 1) & 0xFC00 != 0xDC00 { index = pairStart }
            }
        default: throw JSONSyntaxFault("Invalid \\escape", at: start)
        }
    }

    /// Moves from the `u` past its four digits.
    private mutating func scanHexadecimal(errorAt position: Int) throws(JSONSyntaxFault) -> UInt32 {
        index += 1
        let digits = text[index...].prefix(4)
        let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
        guard let value, index + 4 < text.count, digits.allSatisfy(\.properties.isASCIIHexDigit) else {
            throw JSONSyntaxFault("Invalid \\uXXXX escape", at: position)
        }
        index += 4
        return value
    }

    private mutating func scanNumber() throws(JSONSyntaxFault) {
        let start = index
        _ = take("-")
        if !take("0"), skipDigits() == 0 { throw JSONSyntaxFault("Expecting value", at: start) }
        // A fraction or an exponent without digits does not belong to the number.
        let integerEnd = index
        if !take(".") || skipDigits() == 0 { index = integerEnd }
        let fractionEnd = index
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            if skipDigits() == 0 { index = fractionEnd }
        }
    }

    private mutating func skipDigits() -> Int {
        let start = index
        while let current, ("0"..."9").contains(current) { index += 1 }
        return index - start
    }
}
