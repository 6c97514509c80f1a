extension JSONValue {
    /// Writes the value as JSON.
    ///
    /// Floats are written as Python's `repr` writes them, NaN and the infinities bare unless the style says otherwise.
    ///
    /// - Parameter style: How to write it; by default as Python's `json.dumps`.
    /// - Returns: The JSON text in UTF-8.
    public func serialized(_ style: JSONStyle = .python) -> [UInt8] {
        var writer = JSONWriter(style: style)
        writer.write(self)
        return writer.bytes
    }

    /// Writes the value as JSON text.
    ///
    /// - Parameter style: How to write it; by default as Python's `json.dumps`.
    /// - Returns: The JSON text.
    public func jsonText(_ style: JSONStyle = .python) -> String {
        String(decoding: serialized(style), as: UTF8.self)
    }
}

extension JSONObject {
    /// Writes the object as JSON.
    ///
    /// - Parameter style: How to write it; by default as Python's `json.dumps`.
    /// - Returns: The JSON text in UTF-8.
    public func serialized(_ style: JSONStyle = .python) -> [UInt8] {
        var writer = JSONWriter(style: style)
        writer.write(self)
        return writer.bytes
    }
}

/// Appends JSON to a byte array.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let style: JSONStyle

    init(style: JSONStyle, capacity: Int = 256) {
        self.style = style
        bytes.reserveCapacity(capacity)
    }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: writeRaw("null")
        case .bool(true): writeRaw("true")
        case .bool(false): writeRaw("false")
        case .integer(let value): write(value)
        case .bigInteger(let digits): bytes.append(contentsOf: digits.utf8)
        case .double(let value): write(value)
        case .string(let text): write(text)
        case .brokenString(let units): write(units)
        case .array(let elements): write(elements)
        case .object(let object): write(object)
        }
    }

    /// Appends characters that need no escaping.
    mutating func writeRaw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends bytes that need no escaping.
    mutating func writeRaw(_ raw: [UInt8]) {
        bytes.append(contentsOf: raw)
    }

    mutating func write(_ elements: [JSONValue]) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            separate(&isFirst)
            write(element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func write(_ object: JSONObject) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        if style.sortsKeys {
            for member in object.sorted(by: { $0.key.precedesByCodePoints($1.key) }) {
                write(member, &isFirst)
            }
        } else {
            for member in object {
                write(member, &isFirst)
            }
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ member: JSONObject.Element, _ isFirst: inout Bool) {
        separate(&isFirst)
        write(member.key)
        bytes.append(UInt8(ascii: ":"))
        if style.spaced {
            bytes.append(UInt8(ascii: " "))
        }
        write(member.value)
    }

    private mutating func separate(_ isFirst: inout Bool) {
        if isFirst {
            isFirst = false
            return
        }
        bytes.append(UInt8(ascii: ","))
        if style.spaced {
            bytes.append(UInt8(ascii: " "))
        }
    }

    private mutating func write(_ value: Int) {
        if value >= 0 && value < 10 {
            bytes.append(UInt8(ascii: "0") + UInt8(value))
        } else {
            bytes.append(contentsOf: String(value).utf8)
        }
    }

    private mutating func write(_ value: Double) {
        if value.isFinite {
            bytes.append(contentsOf: value.pythonDigits)
        } else if style.writesNonFiniteAsNull {
            writeRaw("null")
        } else if value.isNaN {
            writeRaw("NaN")
        } else {
            value > 0 ? writeRaw("Infinity") : writeRaw("-Infinity")
        }
    }

    mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { writeEscaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var runStart = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte >= 0x20, byte < 0x7F ? (byte != 0x22 && byte != 0x5C) : !style.escapesNonASCII {
                index += 1
                continue
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart..<index]))
            if byte < 0x80 {
                writeEscape(UInt16(byte))
                index += 1
            } else {
                index += writeScalar(text, at: index)
            }
            runStart = index
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[runStart..<index]))
    }

    /// Escapes the scalar whose UTF-8 starts at `index` and returns its length.
    private mutating func writeScalar(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        // A Swift string's UTF-8 is always valid, so that the lead byte tells the length.
        let lead = text[index]
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        var scalar = UInt32(lead) & (0x7F >> UInt32(length))
        for offset in 1..<length {
            scalar = scalar << 6 | UInt32(text[index + offset] & 0x3F)
        }
        if scalar < 0x10000 {
            writeEscape(UInt16(scalar))
        } else {
            writeEscape(UInt16(0xD800 + ((scalar - 0x10000) >> 10)))
            writeEscape(UInt16(0xDC00 + ((scalar - 0x10000) & 0x3FF)))
        }
        return length
    }

    /// Writes a text that holds lone surrogates, which are escaped in every style: UTF-8 has no form for them.
    private mutating func write(_ units: [UInt16]) {
        bytes.append(UInt8(ascii: "\""))
        var index = 0
        while index < units.count {
            let unit = units[index]
            if let scalar = Unicode.Scalar(UInt32(unit)) {
                writeEscapedScalar(scalar)
            } else if unit < 0xDC00, index + 1 < units.count, units[index + 1] & 0xFC00 == 0xDC00,
                let scalar = Unicode.Scalar(0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(units[index + 1] & 0x3FF)))
            {
                writeEscapedScalar(scalar)
                index += 1
            } else {
                writeEscape(unit)
            }
            index += 1
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscapedScalar(_ scalar: Unicode.Scalar) {
        var text = String(Character(scalar))
        text.withUTF8 { writeEscaped($0) }
    }

    private mutating func writeEscape(_ unit: UInt16) {
        bytes.append(UInt8(ascii: "\\"))
        switch unit {
        case 0x22, 0x5C: bytes.append(UInt8(unit))
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            bytes.append(UInt8(ascii: "u"))
            for shift in [12, 8, 4, 0] as [UInt16] {
                bytes.append(hexadecimalDigit(UInt8(unit >> shift & 0xF)))
            }
        }
    }
}

/// The lower case hexadecimal digit of a value below 16.
func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
