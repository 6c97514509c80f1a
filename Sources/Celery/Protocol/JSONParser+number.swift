extension JSONParser {
    /// Parses the number at the cursor: `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?`.
    ///
    /// As in Python a fraction or an exponent makes it a float, and what follows the longest match is left for others to
    /// refuse (`01` is a 0 with something behind it).
    mutating func parseNumber() throws(JSONError) -> JSONValue {
        let start = index
        let isNegative = current == UInt8(ascii: "-")
        if isNegative {
            index += 1
        }
        guard let first = digit(at: index) else { throw failure("expected a value", at: start) }
        index += 1
        var mantissa = UInt64(first)
        if first != 0 {
            mantissa = takeDigits(startingWith: mantissa)
        }
        let integerDigits = index - start - (isNegative ? 1 : 0)

        var fractionDigits = 0
        if current == UInt8(ascii: "."), digit(at: index + 1) != nil {
            index += 1
            let fractionStart = index
            mantissa = takeDigits(startingWith: mantissa)
            fractionDigits = index - fractionStart
        }
        let exponent = takeExponent()
        guard fractionDigits > 0 || exponent != nil else {
            return integer(from: start, magnitude: mantissa, digits: integerDigits, isNegative: isNegative)
        }
        if integerDigits + fractionDigits <= 19,
            let value = Self.exactDouble(mantissa, scale: (exponent ?? 0) - fractionDigits)
        {
            return .double(isNegative ? -value : value)
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let value = Double(text) else { throw failure("number out of range", at: start) }
        return .double(value)
    }

    @inline(__always)
    private func digit(at position: Int) -> UInt8? {
        guard position < bytes.count else { return nil }
        let value = bytes[position] &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }

    /// Moves past digits and appends them to `value`, which wraps around when there are more than 19.
    private mutating func takeDigits(startingWith value: UInt64) -> UInt64 {
        var value = value
        while let digit = digit(at: index) {
            value = value &* 10 &+ UInt64(digit)
            index += 1
        }
        return value
    }

    /// Moves past an exponent and returns it, bounded where a float is 0 or infinite anyway.
    private mutating func takeExponent() -> Int? {
        guard current | 0x20 == UInt8(ascii: "e") else { return nil }
        var position = index + 1
        var isNegative = false
        if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
            isNegative = bytes[position] == UInt8(ascii: "-")
            position += 1
        }
        guard digit(at: position) != nil else { return nil }
        var exponent = 0
        while let digit = digit(at: position) {
            exponent = min(exponent * 10 + Int(digit), 1_000_000)
            position += 1
        }
        index = position
        return isNegative ? -exponent : exponent
    }

    private func integer(from start: Int, magnitude: UInt64, digits: Int, isNegative: Bool) -> JSONValue {
        if digits <= 19 {
            if magnitude <= UInt64(Int.max) {
                return .integer(isNegative ? -Int(magnitude) : Int(magnitude))
            }
            if isNegative, magnitude == Int.min.magnitude {
                return .integer(Int.min)
            }
        }
        return .bigInteger(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// `mantissa` times ten to the power of `scale`, when one rounding gives it exactly.
    ///
    /// William Clinger, How to Read Floating Point Numbers Accurately: mantissa and power are both exact doubles.
    private static func exactDouble(_ mantissa: UInt64, scale: Int) -> Double? {
        guard mantissa <= 1 << 53, abs(scale) < powersOfTen.count else { return nil }
        return scale < 0 ? Double(mantissa) / powersOfTen[-scale] : Double(mantissa) * powersOfTen[scale]
    }
}
