/// Base64 as in RFC 4648, section 4, on byte arrays.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")
    /// The six bits of each character, 0xFF for those outside of the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() {
            values[Int(character)] = UInt8(value)
        }
        return values
    }()

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        let length = (bytes.count + 2) / 3 * 4
        return [UInt8](unsafeUninitializedCapacity: length) { output, count in
            alphabet.withUnsafeBufferPointer { alphabet in
                bytes.withUnsafeBufferPointer { encode($0, into: output, with: alphabet) }
            }
            count = length
        }
    }

    private static func encode(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into output: UnsafeMutableBufferPointer<UInt8>,
        with alphabet: UnsafeBufferPointer<UInt8>
    ) {
        var place = 0
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let available = min(bytes.count - start, 3)
            var group = Int(bytes[start]) << 16
            if available > 1 {
                group |= Int(bytes[start + 1]) << 8
            }
            if available > 2 {
                group |= Int(bytes[start + 2])
            }
            output[place] = alphabet[group >> 18]
            output[place + 1] = alphabet[group >> 12 & 0x3F]
            output[place + 2] = available > 1 ? alphabet[group >> 6 & 0x3F] : padding
            output[place + 3] = available > 2 ? alphabet[group & 0x3F] : padding
            place += 4
        }
    }

    /// Decodes padded Base64, or returns nil for anything else; line breaks are skipped, as Python's decoder does.
    static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0) }
    }

    private static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        values.withUnsafeBufferPointer { values in
            var isValid = false
            let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 3) { output, count in
                isValid = decode(text, into: output, count: &count, with: values)
            }
            return isValid ? bytes : nil
        }
    }

    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>,
        into output: UnsafeMutableBufferPointer<UInt8>,
        count: inout Int,
        with values: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var group: UInt32 = 0
        var digits = 0
        var paddings = 0
        for character in text {
            let value = values[Int(character)]
            guard value != 0xFF else {
                if character == padding {
                    paddings += 1
                } else if character != UInt8(ascii: "\n"), character != UInt8(ascii: "\r") {
                    return false
                }
                continue
            }
            guard paddings == 0 else { return false }
            group = group << 6 | UInt32(value)
            digits += 1
            if digits == 4 {
                output[count] = UInt8(truncatingIfNeeded: group >> 16)
                output[count + 1] = UInt8(truncatingIfNeeded: group >> 8)
                output[count + 2] = UInt8(truncatingIfNeeded: group)
                count += 3
                group = 0
                digits = 0
            }
        }
        switch (digits, paddings) {
        case (0, 0):
            return true
        case (2, 2):
            output[count] = UInt8(truncatingIfNeeded: group >> 4)
            count += 1
            return true
        case (3, 1):
            output[count] = UInt8(truncatingIfNeeded: group >> 10)
            output[count + 1] = UInt8(truncatingIfNeeded: group >> 2)
            count += 2
            return true
        default:
            return false
        }
    }
}
