extension Unicode.Scalar {
    /// A Chinese character (Unicode's Unified Ideographs and compatibility ideographs, 々 and 〇).
    var isHan: Bool {
        switch value {
        case 0x4E00...0x9FFF: true
        case 0x3400...0x4DBF, 0xF900...0xFAFF, 0x20000...0x3FFFD, 0x3005, 0x3007: true
        default: false
        }
    }

    /// Hiragana or Katakana, the prolonged sound mark and half-width forms included.
    var isKana: Bool {
        switch value {
        case 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9D: true
        default: false
        }
    }

    var isHangul: Bool {
        switch value {
        case 0xAC00...0xD7A3, 0x1100...0x11FF, 0x3131...0x318E, 0xA960...0xA97C, 0xD7B0...0xD7FB: true
        default: false
        }
    }

    /// Punctuation of Chinese and Japanese typesetting, always as wide as a character.
    var isWidePunctuation: Bool {
        switch value {
        case 0x3001...0x3004, 0x3006, 0x3008...0x3020, 0x3030, 0x303D, 0x30A0, 0x30FB: true
        case 0xFF01...0xFF0F, 0xFF1A...0xFF20, 0xFF3B...0xFF40, 0xFF5B...0xFF65, 0xFFE0...0xFFE6: true
        default: false
        }
    }

    /// A character of a script that is written without spaces between words, or its punctuation.
    var isWide: Bool { value >= 0x3001 && (isHan || isKana || isWidePunctuation) }

    /// Quotation marks, dashes and dots that Chinese and Latin text share.
    var isSharedPunctuation: Bool {
        switch value {
        case 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, 0x22EF, 0xB7: true
        default: false
        }
    }

    var isLineBreak: Bool {
        switch value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    var isSpace: Bool {
        switch value {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    var isASCIILetter: Bool { (value | 0x20) &- 0x61 < 26 }

    var isASCIIDigit: Bool { value &- 0x30 < 10 }

    /// A letter of any script, Chinese characters included.
    var isLetter: Bool {
        if value < 0x80 { return isASCIILetter }
        if isHan || isKana { return true }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return false
        }
    }

    /// A digit or another number of any script.
    var isNumber: Bool {
        if value < 0x80 { return isASCIIDigit }
        switch properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: return true
        default: return false
        }
    }

    /// A combining mark, or a joiner or selector that belongs to the character before it.
    var isMark: Bool {
        if value < 0x300 { return false }
        if value == 0x200D || value == 0x200C { return true }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return false
        }
    }

    var isLowercaseLetter: Bool {
        if value < 0x80 { return value &- 0x61 < 26 }
        return properties.generalCategory == .lowercaseLetter
    }

    var isUppercaseLetter: Bool {
        if value < 0x80 { return value &- 0x41 < 26 }
        return properties.generalCategory == .uppercaseLetter
    }

    /// What ends a sentence without needing white space after it.
    var isWideSentenceEnd: Bool {
        switch value {
        case 0x3002, 0xFF01, 0xFF1F, 0xFF1B, 0xFF61, 0x2026, 0x22EF: true
        default: false
        }
    }

    /// What ends a sentence if white space follows.
    var isNarrowSentenceEnd: Bool { value == 0x2E || value == 0x21 || value == 0x3F }

    /// What ends part of a sentence.
    var isClauseEnd: Bool {
        switch value {
        case 0x2C, 0x3A, 0x3B, 0xFF0C, 0xFF1A, 0x3001, 0x2014: true
        default: false
        }
    }

    /// Quotation marks and brackets that close.
    var isClosing: Bool {
        switch value {
        case 0x22, 0x27, 0x29, 0x5D, 0x7D, 0xBB, 0x2019, 0x201D, 0x203A: true
        case 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0x3015, 0x3017, 0x3019, 0x301B, 0x301E, 0x301F: true
        case 0xFF09, 0xFF3D, 0xFF5D, 0xFF60, 0xFF63: true
        default: false
        }
    }

    /// Quotation marks and brackets that open.
    var isOpening: Bool {
        switch value {
        case 0x28, 0x5B, 0x7B, 0xAB, 0x2018, 0x201C, 0x2039: true
        case 0x3008, 0x300A, 0x300C, 0x300E, 0x3010, 0x3014, 0x3016, 0x3018, 0x301A, 0x301D: true
        case 0xFF08, 0xFF3B, 0xFF5B, 0xFF5F, 0xFF62: true
        default: false
        }
    }
}
