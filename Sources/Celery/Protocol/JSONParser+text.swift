extension JSONParser {
    /// Parses the text that starts at the cursor's quotation mark.
    mutating func parseText() throws(JSONError) -> JSONValue {
        let opening = index
        index += 1
        let start = index
        var isASCII = true
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                let run = UnsafeBufferPointer(rebasing: bytes[start..<index])
                index += 1
                return .string(try makeString(run, isASCII: isASCII, at: start))
            }
            if byte == UInt8(ascii: "\\") {
                return try parseEscapedText(from: start, opening: opening)
            }
            guard byte >= 0x20 else { throw failure("control character in a text") }
            if byte >= 0x80 {
                isASCII = false
            }
            index += 1
        }
        throw failure("unterminated text", at: opening)
    }

    private func makeString(
        _ run: UnsafeBufferPointer<UInt8>,
        isASCII: Bool,
        at offset: Int
    ) throws(JSONError) -> String {
        if isASCII {
            return String(decoding: run, as: UTF8.self)
        }
        guard let text = String(validating: run, as: UTF8.self) else {
            throw failure("invalid UTF-8 in the text that starts", code: .invalidUTF8, at: offset)
        }
        return text
    }

    /// Parses on from the first backslash of a text.
    private mutating func parseEscapedText(from start: Int, opening: Int) throws(JSONError) -> JSONValue {
        var text = TextBuilder()
        var runStart = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                text.append(bytes[runStart..<index])
                index += 1
                guard let value = text.value() else {
                    throw failure("invalid UTF-8 in the text that starts", code: .invalidUTF8, at: start)
                }
                return value
            }
            if byte == UInt8(ascii: "\\") {
                text.append(bytes[runStart..<index])
                index += 1
                text.append(codePoint: try parseEscape(opening: opening))
                runStart = index
            } else {
                guard byte >= 0x20 else { throw failure("control character in a text") }
                index += 1
            }
        }
        throw failure("unterminated text", at: opening)
    }

    /// Parses what follows a backslash and returns its code point, which may be a surrogate.
    private mutating func parseEscape(opening: Int) throws(JSONError) -> UInt32 {
        guard index < bytes.count else { throw failure("unterminated text", at: opening) }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt32(byte)
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"): break
        default: throw failure("invalid escape", at: index - 2)
        }
        guard let first = hexadecimal(at: index) else { throw failure("invalid \\u escape", at: index - 2) }
        index += 4
        // Python joins a high surrogate with a low one only when the two escapes touch.
        if first & 0xFC00 == 0xD800, index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u"), let second = hexadecimal(at: index + 2), second & 0xFC00 == 0xDC00
        {
            index += 6
            return 0x10000 + ((first & 0x3FF) << 10 | second & 0x3FF)
        }
        return first
    }

    /// The value of the four hexadecimal digits at `position`, or nil when there are none.
    private func hexadecimal(at position: Int) -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}

/// Collects a text with escapes as UTF-8, or as UTF-16 once it holds a surrogate.
private struct TextBuilder {
    private var utf8: [UInt8] = []
    /// The code units so far, once a lone surrogate was met; `utf8` then holds what came after the last of them.
    private var broken: [UInt16] = []
    private var isBroken = false
    private var isValid = true

    mutating func append(_ run: Slice<UnsafeBufferPointer<UInt8>>) {
        utf8.append(contentsOf: run)
    }

    mutating func append(codePoint: UInt32) {
        if let scalar = Unicode.Scalar(codePoint) {
            if codePoint < 0x80 {
                utf8.append(UInt8(codePoint))
            } else {
                utf8.append(contentsOf: Unicode.UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter)
            }
        } else {
            isBroken = true
            flush()
            broken.append(UInt16(codePoint))
        }
    }

    /// The text, or nil if its bytes are not UTF-8.
    mutating func value() -> JSONValue? {
        guard isBroken else { return String(validating: utf8, as: UTF8.self).map { .string($0) } }
        flush()
        return isValid ? .brokenString(broken) : nil
    }

    private mutating func flush() {
        guard let text = String(validating: utf8, as: UTF8.self) else {
            isValid = false
            return
        }
        broken.append(contentsOf: text.utf16)
        utf8.removeAll(keepingCapacity: true)
    }
}
