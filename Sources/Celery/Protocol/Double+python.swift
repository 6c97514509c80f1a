extension Double {
    /// The value as Python's `repr` writes it, such as `1.0`, `1e+16`, `1e-05`, `inf`.
    var pythonRepr: String {
        if isFinite { return String(decoding: pythonDigits, as: UTF8.self) }
        if isNaN { return "nan" }
        return self > 0 ? "inf" : "-inf"
    }

    /// The shortest digits that read back as this finite value, laid out as by Python.
    ///
    /// Swift and Python choose the same digits but not the same places for the exponent: CPython's
    /// `Python/pystrtod.c`, `format_float_short`, uses one below 1e-4 and from 1e16 on.
    var pythonDigits: [UInt8] {
        let swift = Array(description.utf8)
        // What both write alike: no exponent, and at most 16 digits before the point.
        if !swift.contains(UInt8(ascii: "e")), magnitude < 1e16 {
            return swift
        }
        var digits: [UInt8] = []
        var pointPosition: Int?
        var exponent = 0
        for (index, byte) in swift.enumerated() {
            if byte == UInt8(ascii: ".") {
                pointPosition = digits.count
            } else if byte == UInt8(ascii: "e") {
                exponent = Int(String(decoding: swift[(index + 1)...], as: UTF8.self)) ?? 0
                break
            } else if byte != UInt8(ascii: "-") {
                digits.append(byte)
            }
        }
        var scale = (pointPosition ?? digits.count) + exponent
        while digits.count > 1, digits.last == UInt8(ascii: "0") {
            digits.removeLast()
        }
        let leadingZeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        if leadingZeros < digits.count {
            digits.removeFirst(leadingZeros)
            scale -= leadingZeros
        }
        return (sign == .minus ? [UInt8(ascii: "-")] : []) + Self.layOut(digits, scale: scale)
    }

    /// Lays out the number whose point stands behind the first `scale` digits.
    private static func layOut(_ digits: [UInt8], scale: Int) -> [UInt8] {
        let zero = UInt8(ascii: "0")
        let point = UInt8(ascii: ".")
        switch scale {
        case -3...0:
            return [zero, point] + Array(repeating: zero, count: -scale) + digits
        case 1...16 where digits.count <= scale:
            return digits + Array(repeating: zero, count: scale - digits.count) + [point, zero]
        case 1...16:
            return digits[..<scale] + [point] + digits[scale...]
        default:
            let exponent = scale - 1
            let magnitude = String(exponent.magnitude)
            return digits.prefix(1) + (digits.count > 1 ? [point] : []) + digits.dropFirst()
                + Array((exponent < 0 ? "e-" : "e+").utf8) + (magnitude.utf8.count < 2 ? [zero] : [])
                + Array(magnitude.utf8)
        }
    }
}
