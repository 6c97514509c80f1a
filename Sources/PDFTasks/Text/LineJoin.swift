/// How the text of two consecutive lines, or pages, of one paragraph is put together.
enum LineJoin: Sendable, Hashable {
    /// With one space, as in English.
    case space
    /// With nothing, as in Chinese.
    case nothing
    /// With nothing, after the hyphen at the end of the first line is taken away.
    case withoutHyphen

    /// Decides by the characters at the line's end and the next line's start.
    ///
    /// A hyphen goes only between letters that are not Chinese and when the word goes on in lower case: "Jean-\nPaul"
    /// and "pages 3-\n5" keep theirs.
    init(after first: some BidirectionalCollection<Unicode.Scalar>, before second: some Collection<Unicode.Scalar>) {
        guard let last = first.last, let next = second.first else {
            self = .nothing
            return
        }
        if LineJoin.isHyphen(last) {
            let before = first.dropLast().last
            let isWord = before.map { $0.isLetter && !$0.isWide } ?? false
            if isWord, next.isLowercaseLetter {
                self = .withoutHyphen
            } else {
                self = isWord || before?.isNumber == true ? .nothing : .space
            }
        } else if last.isWide || last.isSharedPunctuation, next.isWide || next.isSharedPunctuation {
            self = last.isWide || next.isWide ? .nothing : .space
        } else if last.isWidePunctuation || next.isWidePunctuation {
            self = .nothing
        } else {
            self = .space
        }
    }

    private static func isHyphen(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "-" || scalar == "\u{2010}" || scalar == "\u{AD}"
    }
}
