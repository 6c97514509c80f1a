/// Removes from a page's characters what no reader sees and what breaks JSON, search or display.
///
/// Poppler writes what a font's ToUnicode map says: NUL, other control characters, noncharacters and directional
/// overrides do reach its text.
enum TextCleaner {
    /// What one scalar becomes.
    enum Replacement: Equatable {
        case keep
        case drop
        case space
        case lineBreak
        case scalar(Unicode.Scalar)
        case string(String)
    }

    static func replacement(for scalar: Unicode.Scalar) -> Replacement {
        switch scalar.value {
        case 0x20...0x7E: .keep
        case 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029: .lineBreak
        case 0x09, 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: .space
        case 0x00...0x1F, 0x7F...0x9F: .drop
        // Zero-width space, word joiner, byte order mark; directional marks, embeddings, overrides and isolates.
        case 0x200B, 0x2060...0x2064, 0xFEFF, 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x206F: .drop
        // Noncharacters: U+FDD0–FDEF, and the last two of every plane.
        case 0xFDD0...0xFDEF: .drop
        case let value where value & 0xFFFE == 0xFFFE: .drop
        // Interlinear annotation anchors, a language tag, and what poppler writes for a character that is none.
        case 0xFFF9...0xFFFB, 0xE0001, 0xFFFD: .drop
        case 0xFB00...0xFB06: .string(ligatures[Int(scalar.value - 0xFB00)])
        case 0xFF01...0xFF5E: foldedWidth(scalar)
        default: .keep
        }
    }

    /// Cleans text that has no boxes, such as the value of a form field.
    static func clean(_ text: String) -> [Unicode.Scalar] {
        var cleaned: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            append(scalar, to: &cleaned)
        }
        return cleaned
    }

    static func append(_ scalar: Unicode.Scalar, to text: inout [Unicode.Scalar]) {
        switch replacement(for: scalar) {
        case .keep: text.append(scalar)
        case .drop: break
        case .space: text.append(" ")
        case .lineBreak: text.append("\n")
        case .scalar(let other): text.append(other)
        case .string(let string): text.append(contentsOf: string.unicodeScalars)
        }
    }

    // In fonts with the CMap GBK-EUC-H poppler writes half-width Latin as full-width letters. Letters, digits and
    // signs go back to ASCII; the marks that Chinese sentences are made of stay as they are.
    private static func foldedWidth(_ scalar: Unicode.Scalar) -> Replacement {
        switch scalar {
        case "！", "（", "）", "，", "：", "；", "？", "．", "～": .keep
        default: Unicode.Scalar(scalar.value - 0xFEE0).map { .scalar($0) } ?? .keep
        }
    }

    private static let ligatures = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"]
}
