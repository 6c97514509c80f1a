/// Finds out what ends where text may be cut.
///
/// Sentences end as in UAX #29 (Sentence_Terminal, Close, then space), with the abbreviations of English that the
/// standard leaves to tailoring; Chinese marks need no space after them.
enum SentenceRule {
    /// What ends before `next`.
    ///
    /// - Parameters:
    ///   - scalars: The text.
    ///   - start: The first character of the paragraph.
    ///   - end: Behind the last character that is not white space before the cut.
    ///   - next: The first character after the cut that is not white space.
    /// - Returns: `sentence`, `clause` or nothing.
    static func kind(in scalars: [Unicode.Scalar], from start: Int, to end: Int, next: Int) -> BreakKind {
        var last = end - 1
        while last > start, scalars[last].isClosing { last -= 1 }
        guard last >= start else { return [] }
        let mark = scalars[last]
        if mark.isWideSentenceEnd { return .sentence }
        if mark.isNarrowSentenceEnd {
            let isSpaced = next > end || (next < scalars.count && scalars[next].isWide) || next >= scalars.count
            guard isSpaced else { return [] }
            if mark != "." { return .sentence }
            return isFullStop(in: scalars, from: start, at: last, next: next) ? .sentence : []
        }
        return mark.isClauseEnd && last == end - 1 ? .clause : []
    }

    private static func isFullStop(in scalars: [Unicode.Scalar], from start: Int, at stop: Int, next: Int) -> Bool {
        if next < scalars.count, scalars[next].isLowercaseLetter { return false }
        var first = stop
        while first > start, scalars[first - 1].isLetter || scalars[first - 1].isNumber || scalars[first - 1] == "." {
            guard !scalars[first - 1].isWide else { break }
            first -= 1
        }
        let word = scalars[first..<stop]
        guard let letter = word.first else { return true }
        // The "1." of a list, and initials: "J. Smith".
        if first == start, word.allSatisfy(\.isNumber) { return false }
        if word.count == 1, letter.isUppercaseLetter, letter != "I" { return false }
        if word.count <= 6 {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: word)
            if abbreviations.contains(String(view)) { return false }
        }
        return true
    }

    private static let abbreviations: Set<String> = [
        "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Sr", "Jr", "Gen", "Col", "Lt", "Capt", "Rev", "Hon",
        "e.g", "i.e", "cf", "vs", "viz", "al", "approx", "resp", "ca", "incl",
        "Fig", "Figs", "fig", "figs", "Eq", "Eqs", "eq", "Sec", "sec", "Ch", "ch", "Vol", "vol", "No", "no", "Nos",
        "pp", "p", "ed", "eds", "Ed", "Eds", "Ref", "Refs", "Tab",
        "Inc", "Ltd", "Co", "Corp", "Dept", "Univ", "U.S", "U.K",
        "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec",
    ]
}
