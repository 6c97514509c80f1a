/// Decodes UTF-8 as PDF producers write it: with surrogates in three bytes, and with broken sequences.
///
/// Poppler copies what a font's ToUnicode map says, so its "UTF-8" may hold lone surrogates. Each of them, and each
/// broken sequence, becomes one U+0000: the positions stay in step with poppler's boxes, and cleaning drops them.
/// Surrogate pairs written as two three-byte sequences (CESU-8) are not joined.
enum GeneralizedUTF8 {
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let first = bytes[index]
            if first < 0x80 {
                scalars.append(Unicode.Scalar(first))
                index += 1
                continue
            }
            let (length, value) = sequence(bytes, at: index, first: first)
            scalars.append(Unicode.Scalar(value) ?? "\0")
            index += length
        }
        return scalars
    }

    private static func sequence(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int, first: UInt8) -> (Int, UInt32) {
        let (length, leading, smallest): (Int, UInt32, UInt32) =
            switch first {
            case 0xC2...0xDF: (2, UInt32(first & 0x1F), 0x80)
            case 0xE0...0xEF: (3, UInt32(first & 0x0F), 0x800)
            case 0xF0...0xF4: (4, UInt32(first & 0x07), 0x10000)
            default: (1, 0, 0)
            }
        guard length > 1, index + length <= bytes.count else { return (1, 0) }
        var value = leading
        for position in index + 1..<index + length {
            guard bytes[position] & 0xC0 == 0x80 else { return (position - index, 0) }
            value = value << 6 | UInt32(bytes[position] & 0x3F)
        }
        return (length, value < smallest ? 0 : value)
    }
}
