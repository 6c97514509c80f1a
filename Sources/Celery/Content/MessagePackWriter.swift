/// Writes MessagePack as `msgpack.packb(value, use_bin_type=True)` does, which is what kombu calls.
///
/// Tagged bytes become binary values and tagged datetimes time stamps. For other tags there is no form, nor for integers
/// beyond 64 bits and for texts with lone surrogates: Python refuses them as well.
struct MessagePackWriter {
    private var bytes: [UInt8] = []

    static func write(_ value: JSONValue) throws(ContentError) -> [UInt8] {
        var writer = MessagePackWriter()
        try writer.put(value)
        return writer.bytes
    }

    private mutating func put(_ value: JSONValue) throws(ContentError) {
        switch value {
        case .null: bytes.append(0xC0)
        case .bool(let flag): bytes.append(flag ? 0xC3 : 0xC2)
        case .integer(let number): put(number)
        case .bigInteger(let digits):
            guard let number = UInt64(digits) else {
                throw ContentError(.notEncodable, "holds an integer beyond 64 bits, which msgpack does not have")
            }
            bytes.append(0xCF)
            put(bigEndian: number)
        case .double(let number):
            bytes.append(0xCB)
            put(bigEndian: number.bitPattern)
        case .string(let text): put(text)
        case .brokenString:
            throw ContentError(.notEncodable, "holds a text with lone surrogates, which msgpack does not have")
        case .array(let elements):
            put(count: elements.count, short: 0x90, of: 16, medium: 0xDC, long: 0xDD)
            for element in elements { try put(element) }
        case .object(let object):
            if try putTagged(value) { return }
            put(count: object.count, short: 0x80, of: 16, medium: 0xDE, long: 0xDF)
            for (key, value) in object {
                put(key)
                try put(value)
            }
        }
    }

    /// Writes a tagged value that MessagePack has a form for.
    ///
    /// - Parameter value: The value.
    /// - Returns: Whether it was one.
    /// - Throws: ``ContentError`` when it is one that MessagePack has no form for.
    private mutating func putTagged(_ value: JSONValue) throws(ContentError) -> Bool {
        guard let (type, content) = JSONTag.parts(of: value), JSONTag.types.contains(type) else { return false }
        if let data = value.taggedBytes {
            switch data.count {
            case ...0xFF: bytes += [0xC4, UInt8(data.count)]
            case ...0xFFFF:
                bytes.append(0xC5)
                put(bigEndian: UInt16(data.count))
            default:
                bytes.append(0xC6)
                put(bigEndian: UInt32(data.count))
            }
            bytes += data
            return true
        }
        guard type == "datetime", let text = content.stringValue, Timestamp.hasOffset(text),
            let time = Timestamp(iso: text)
        else {
            throw ContentError(.notEncodable, "holds a \(type), which msgpack does not have")
        }
        put(time)
        return true
    }

    private mutating func put(_ time: Timestamp) {
        let (seconds, nanoseconds) = time.secondsAndNanoseconds
        if let low = UInt32(exactly: seconds), nanoseconds == 0 {
            bytes += [0xD6, 0xFF]
            put(bigEndian: low)
        } else if seconds >= 0, seconds < 1 << 34 {
            bytes += [0xD7, 0xFF]
            put(bigEndian: UInt64(nanoseconds) << 34 | UInt64(seconds))
        } else {
            bytes += [0xC7, 12, 0xFF]
            put(bigEndian: UInt32(nanoseconds))
            put(bigEndian: Int64(seconds))
        }
    }

    /// An integer in the shortest form; those that are not negative in the unsigned ones.
    private mutating func put(_ number: Int) {
        switch number {
        case 0...0x7F, -32..<0: bytes.append(UInt8(truncatingIfNeeded: number))
        case 0x80...0xFF: bytes += [0xCC, UInt8(number)]
        case 0x100...0xFFFF:
            bytes.append(0xCD)
            put(bigEndian: UInt16(number))
        case 0x10000...0xFFFF_FFFF:
            bytes.append(0xCE)
            put(bigEndian: UInt32(number))
        case 0x1_0000_0000...:
            bytes.append(0xCF)
            put(bigEndian: UInt64(number))
        case -0x80..<0: bytes += [0xD0, UInt8(truncatingIfNeeded: number)]
        case -0x8000..<0:
            bytes.append(0xD1)
            put(bigEndian: Int16(number))
        case -0x8000_0000..<0:
            bytes.append(0xD2)
            put(bigEndian: Int32(number))
        default:
            bytes.append(0xD3)
            put(bigEndian: Int64(number))
        }
    }

    private mutating func put(_ text: String) {
        let utf8 = text.utf8
        if utf8.count > 31, utf8.count <= 0xFF {
            bytes += [0xD9, UInt8(utf8.count)]
        } else {
            put(count: utf8.count, short: 0xA0, of: 32, medium: 0xDA, long: 0xDB)
        }
        bytes.append(contentsOf: utf8)
    }

    /// A count in one, three or five bytes; nothing in memory is as long as the last form allows.
    private mutating func put(count: Int, short: UInt8, of shorts: Int, medium: UInt8, long: UInt8) {
        if count < shorts {
            bytes.append(short | UInt8(count))
        } else if count <= 0xFFFF {
            bytes.append(medium)
            put(bigEndian: UInt16(count))
        } else {
            bytes.append(long)
            put(bigEndian: UInt32(truncatingIfNeeded: count))
        }
    }

    private mutating func put(bigEndian value: some FixedWidthInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
