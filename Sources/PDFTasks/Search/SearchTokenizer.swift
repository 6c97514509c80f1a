import Foundation

/// Cuts text into the words that the index and queries are made of.
///
/// - Text is brought to NFKC and lower case; final sigma and sharp s are folded as Unicode's case folding does.
/// - A word is a run of letters, digits and marks of one kind. An apostrophe between letters, and a point or comma
///   between digits, belong to it (UAX #29, rules WB6, WB7, WB11 and WB12); a curly apostrophe counts as a straight one.
/// - Chinese characters, Kana and Hangul give each character and each pair of neighbours: pairs find words without a
///   dictionary, single characters find one-character queries (Lucene's CJKBigramFilter with `outputUnigrams`).
/// - Latin and Chinese that touch are parted. There are no stop words and no stemming.
public enum SearchTokenizer {
    /// The name that a stored index carries.
    public static let name = "words-cjk-bigrams-v1"

    /// Words longer than this are cut off: they are no words, and would only fill the index.
    static let longestWord = 64

    /// The words of a text, in order; of each run of Chinese its characters and pairs by their place.
    public static func words(in text: String) -> [String] {
        var words: [String] = []
        forEachWord(in: text) { words.append(String($0)) }
        return words
    }

    static func forEachWord(in text: String, _ body: (Substring.UnicodeScalarView) -> Void) {
        let folded = fold(text)
        let scalars = folded.unicodeScalars
        var position = scalars.startIndex
        while position < scalars.endIndex {
            let scalar = scalars[position]
            if isIdeograph(scalar) {
                position = emitPairs(scalars, from: position, body)
            } else if isWordScalar(scalar) {
                position = emitWord(scalars, from: position, body)
            } else {
                position = scalars.index(after: position)
            }
        }
    }

    private typealias Scalars = String.UnicodeScalarView

    private static func emitPairs(
        _ scalars: Scalars,
        from start: Scalars.Index,
        _ body: (Substring.UnicodeScalarView) -> Void
    ) -> Scalars.Index {
        var current = start
        while true {
            let next = scalars.index(after: current)
            body(scalars[current..<next])
            guard next < scalars.endIndex, isIdeograph(scalars[next]) else { return next }
            body(scalars[current..<scalars.index(after: next)])
            current = next
        }
    }

    private static func emitWord(
        _ scalars: Scalars,
        from start: Scalars.Index,
        _ body: (Substring.UnicodeScalarView) -> Void
    ) -> Scalars.Index {
        var end = start
        var limit = start
        var count = 0
        var previous = scalars[start]
        while end < scalars.endIndex, belongs(scalars, at: end, after: previous) {
            previous = scalars[end]
            end = scalars.index(after: end)
            count += 1
            if count <= longestWord { limit = end }
        }
        body(scalars[start..<limit])
        return end
    }

    private static func belongs(_ scalars: Scalars, at position: Scalars.Index, after previous: Unicode.Scalar) -> Bool
    {
        let scalar = scalars[position]
        if isIdeograph(scalar) { return false }
        if isWordScalar(scalar) { return true }
        let next = scalars.index(after: position)
        guard next < scalars.endIndex else { return false }
        switch scalar {
        case "'": return previous.isLetter && scalars[next].isLetter && !isIdeograph(scalars[next])
        case ".", ",": return previous.isNumber && scalars[next].isNumber
        default: return false
        }
    }

    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x1100 && (scalar.isHan || scalar.isKana || scalar.isHangul)
    }

    private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isLetter || scalar.isNumber || scalar.isMark
    }

    private static func fold(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy(isStableUnderNFKC)
        let normalized = isPlain ? text : text.precomposedStringWithCompatibilityMapping
        var folded = String.UnicodeScalarView()
        for scalar in normalized.unicodeScalars {
            switch scalar.value {
            case 0x41...0x5A: folded.append(Unicode.Scalar(UInt8(scalar.value + 32)))
            case ..<0x80: folded.append(scalar)
            case 0x2019: folded.append("'")
            case 0xDF: folded.append(contentsOf: "ss".unicodeScalars)
            case 0x3C2: folded.append("σ")
            default:
                if scalar.isHan {
                    folded.append(scalar)
                } else {
                    folded.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
                }
            }
        }
        return String(folded)
    }

    /// Whether a character is certain to stay as it is, so that most text needs no normalization.
    private static func isStableUnderNFKC(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0xA0, 0x4E00...0x9FFF, 0x3400...0x4DBF: true
        case 0x2010, 0x2012...0x2015, 0x2018...0x201F, 0x2022, 0x3001...0x3035, 0x3041...0x3096, 0x30A1...0x30FA: true
        case 0xC0...0x131, 0x391...0x3A9, 0x3B1...0x3C9, 0x410...0x44F: true
        default: false
        }
    }
}
