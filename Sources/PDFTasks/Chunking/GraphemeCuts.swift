/// Cuts text without words into small parts that end between graphemes.
enum GraphemeCuts {
    /// The fewest characters of a part.
    static let length = 8
    /// More characters than this in one grapheme are cut all the same.
    static let longest = 64

    /// Where the first part of the text ends.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - limit: The most that a part may cost, in hundredths of a token; a grapheme that costs more is cut.
    /// - Returns: The end of the part, behind at least one character.
    static func next(in text: ArraySlice<Unicode.Scalar>, limit: Int) -> Int {
        let end = nextGrapheme(in: text)
        guard costBound(text[..<end]) > limit else { return end }
        var count = 1
        while text.startIndex + count < end, costBound(text.prefix(count + 1)) <= limit { count += 1 }
        return text.startIndex + count
    }

    private static func nextGrapheme(in text: ArraySlice<Unicode.Scalar>) -> Int {
        let earliest = text.startIndex + length
        guard earliest < text.endIndex else { return text.endIndex }
        // Below U+0300 every character is a grapheme, but for CR LF, which is white space.
        if text[earliest - 1].value < 0x300, text[earliest].value < 0x300 { return earliest }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text.prefix(longest))
        var end = text.startIndex
        for character in String(view) {
            let next = end + character.unicodeScalars.count
            // Rather a short part than one that ends a long grapheme early.
            if end > text.startIndex, next > text.startIndex + longest / 2 { break }
            end = next
            if end >= earliest { break }
        }
        return end
    }

    /// A cost that no text made of several such parts exceeds in sum.
    static func costBound(_ text: ArraySlice<Unicode.Scalar>) -> Int {
        let scalars = text.reduce(0) { sum, scalar in
            switch TokenKind(scalar) {
            case .latin: sum + TokenCosts.perLetter + (scalar.value > 0x7F ? TokenCosts.perAccent : 0)
            case .digit: sum + 34
            case .sign: sum + 100
            case .space: sum + 100
            case .single(let cost): sum + cost
            }
        }
        var scanner = TokenScanner(text)
        var pieces = 0
        while let piece = scanner.next() { pieces += piece.cost }
        return max(scalars, pieces)
    }
}
