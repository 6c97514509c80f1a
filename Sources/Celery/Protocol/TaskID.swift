/// The id of a task: a UUID by habit, any text by contract.
public struct TaskID: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// The text as it stands on the wire.
    public let rawValue: String

    /// Takes over an id.
    ///
    /// - Parameter rawValue: The text as it stands on the wire.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Takes over an id.
    ///
    /// - Parameter text: The text as it stands on the wire.
    public init(_ text: String) {
        rawValue = text
    }

    /// Takes over an id.
    ///
    /// - Parameter value: The text as it stands on the wire.
    public init(stringLiteral value: String) {
        rawValue = value
    }

    /// A fresh id: a random UUID (RFC 9562, version 4) in lower case, as Python writes it.
    public static func random() -> TaskID {
        TaskID(randomUUIDText())
    }

    /// The text as it stands on the wire.
    public var description: String { rawValue }
}

/// A random UUID (RFC 9562, version 4) in lower case.
func randomUUIDText() -> String {
    var generator = SystemRandomNumberGenerator()
    let high = generator.next() & ~0xF000 | 0x4000
    let low = generator.next() & ~(0b11 << 62) | 0b10 << 62
    return String(unsafeUninitializedCapacity: 36) { text in
        var length = 0
        for (word, shifts) in [(high, 0..<16), (low, 0..<16)] {
            for digit in shifts {
                if length == 8 || length == 13 || length == 18 || length == 23 {
                    text[length] = UInt8(ascii: "-")
                    length += 1
                }
                text[length] = hexadecimalDigit(UInt8(word >> UInt64(60 - 4 * digit) & 0xF))
                length += 1
            }
        }
        return length
    }
}
