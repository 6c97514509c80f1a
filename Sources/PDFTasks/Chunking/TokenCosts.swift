/// What pieces of text cost on average in cl100k_base, in hundredths of a token.
///
/// The averages were taken over 5 MB of English and Chinese manuals, licences and sample texts, by counting the tokens
/// that begin in pieces of each kind, and raised by 2 to 4 in a hundred, since a chunk that is a little short does no
/// harm and one that is too long does.
enum TokenCosts {
    static let perLetter = 32
    static let perAccent = 130

    // A space is part of the word after it, but a token of its own before digits. A line break is part of the
    // punctuation before it.
    static func space(length: Int, breaks: Int, after previous: Unicode.Scalar?, before next: Unicode.Scalar?) -> Int {
        guard breaks > 0 else { return length > 1 || next?.isASCIIDigit == true ? 100 : 0 }
        guard let previous else { return 100 }
        if previous.value < 0x80 { return previous.isASCIILetter || previous.isASCIIDigit ? 100 : 20 }
        return previous.isWidePunctuation ? 60 : 100
    }

    static func word(length: Int, uppercase: Int, startsUppercase: Bool, accented: Int, followsSpace: Bool) -> Int {
        var lower = length < lowercase.count ? lowercase[length] : length * perLetter
        // The vocabulary has most longer words only with the space before them: names in code and paths cost more.
        if !followsSpace, length >= 8 { lower = max(lower, 145 + 22 * (length - 8)) }
        if uppercase == 0 { return lower + accented * perAccent }
        let cost: Int
        if uppercase == 1, startsUppercase {
            cost = length < capitalized.count ? capitalized[length] : length * perLetter
        } else if uppercase == length {
            cost = length < 5 ? 60 + 20 * length : 150 + 6 * length
        } else {
            cost = 115 + 19 * length
        }
        return max(cost, lower) + accented * perAccent
    }

    static func digits(length: Int) -> Int { (length + 2) / 3 * 100 }

    static func signs(length: Int, isRepeated: Bool) -> Int {
        if isRepeated { return 100 + (length - 1) / 16 * 100 }
        return length == 2 ? 110 : 60 * length
    }

    static func single(_ scalar: Unicode.Scalar) -> Int {
        if scalar.isHan { return FrequentHan.contains(scalar) ? 94 : 208 }
        if scalar.isKana { return 105 }
        if scalar.isWidePunctuation || scalar.isSharedPunctuation { return 98 }
        if scalar.isHangul { return 115 }
        return other(scalar.value)
    }

    private static func other(_ value: UInt32) -> Int {
        switch value {
        case ..<0xC0: 150
        case 0x370..<0x400: 106
        case 0x400..<0x530: 58
        case 0x590..<0x600: 120
        case 0x600..<0x780: 86
        case 0x900..<0x980: 160
        case 0xE00..<0xE80: 103
        case 0x1000..<0x10A0, 0x1200..<0x1400, 0x1780..<0x1800: 285
        case 0x2000..<0x2070: 150
        case 0xE000..<0xF900: 400
        case 0x10000...: 280
        default: 220
        }
    }

    // By length, from 0 to 16 letters.
    private static let lowercase = [
        0, 98, 98, 99, 100, 102, 104, 107, 117, 118, 125, 130, 135, 145, 170, 210, 250, 300,
    ]
    private static let capitalized = [
        0, 98, 100, 102, 105, 111, 120, 116, 132, 146, 165, 168, 175, 180, 190, 230, 270, 310,
    ]
}
