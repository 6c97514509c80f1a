/// All places where a document's text may be cut, with the cost of the text before each.
///
/// Text may be cut after white space and around Chinese characters, but not before closing and after opening
/// punctuation. A word longer than any word is (base64, a page without spaces) may also be cut between graphemes.
struct BreakTable {
    /// One place: the first character after the cut.
    struct Break: Hashable {
        var offset: Int32
        /// Hundredths of a token from the start of the text.
        var cost: Int32
        var kind: BreakKind
    }

    private(set) var breaks: [Break] = []

    init(_ text: DocumentText, chunker: Chunker) {
        var builder = BreakTableBuilder(text: text, chunker: chunker)
        breaks = builder.build()
    }
}

private struct BreakTableBuilder {
    let text: DocumentText
    let chunker: Chunker
    private var breaks: [BreakTable.Break] = []
    private var cost = 0
    private var block = 0

    init(text: DocumentText, chunker: Chunker) {
        self.text = text
        self.chunker = chunker
    }

    mutating func build() -> [BreakTable.Break] {
        var scanner = TokenScanner(text.scalars[...])
        var contentEnd = 0
        var pending = 0
        while let piece = scanner.next() {
            let start = piece.range.lowerBound
            if text.scalars[start].isSpace {
                pending += piece.cost
                continue
            }
            if breaks.isEmpty || mayCut(at: start, spaced: start > contentEnd) {
                cost += pending
                pending = 0
                divideLastWord(upTo: contentEnd)
                append(start, contentEnd: contentEnd)
            }
            pending += piece.cost
            contentEnd = piece.range.upperBound
        }
        guard !breaks.isEmpty else { return [] }
        cost += pending
        divideLastWord(upTo: contentEnd)
        append(text.scalars.count, contentEnd: contentEnd)
        return breaks
    }

    private func mayCut(at start: Int, spaced: Bool) -> Bool {
        if spaced { return true }
        let previous = text.scalars[start - 1]
        let next = text.scalars[start]
        guard previous.isWide || next.isWide || (previous.isSharedPunctuation && next.isLetter) else { return false }
        guard previous.isWide || next.isHan || next.isKana || next.isOpening else { return false }
        if previous.isOpening || next.isClosing || next.isMark { return false }
        return !BreakTableBuilder.neverFirst(next)
    }

    // Line-start prohibitions of Chinese typesetting (GB/T 15834, JIS X 4051), in what matters for cutting.
    private static func neverFirst(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "。", "，", "、", "；", "：", "？", "！", "．", "｡", "…", "⋯", "—", "·", "・", "々", "ー", "～": true
        case ".", ",", ";", ":", "!", "?", "%", "‰", "°", "℃": true
        default: false
        }
    }

    private mutating func append(_ offset: Int, contentEnd: Int) {
        while block < text.blocks.count, text.blocks[block].range.upperBound <= offset { block += 1 }
        var kind: BreakKind = []
        let paragraph = block > 0 ? text.blocks[block - 1].range : 0..<0
        let isBlockStart = block < text.blocks.count && text.blocks[block].range.lowerBound == offset
        if isBlockStart || offset == text.scalars.count {
            kind.insert(.paragraph)
            if block < text.blocks.count, text.blocks[block].headingLevel != nil { kind.insert(.beforeHeading) }
            if block > 0, text.blocks[block - 1].headingLevel != nil { kind.insert(.afterHeading) }
            if contentEnd > paragraph.lowerBound {
                kind.formUnion(sentence(from: paragraph.lowerBound, to: contentEnd, next: text.scalars.count))
            }
        } else if block < text.blocks.count {
            kind = sentence(from: text.blocks[block].range.lowerBound, to: contentEnd, next: offset)
        }
        breaks.append(BreakTable.Break(offset: Int32(offset), cost: Int32(clamping: cost), kind: kind))
    }

    private func sentence(from start: Int, to end: Int, next: Int) -> BreakKind {
        guard end > start else { return [] }
        return SentenceRule.kind(in: text.scalars, from: start, to: end, next: next)
    }

    /// Cuts the word before the next break into small parts if it is longer than words are.
    private mutating func divideLastWord(upTo end: Int) {
        guard let last = breaks.last, cost - Int(last.cost) > chunker.longestWord else { return }
        var start = Int(last.offset)
        var sum = Int(last.cost)
        while true {
            let next = GraphemeCuts.next(in: text.scalars[start..<end], limit: chunker.longestGrapheme)
            sum += GraphemeCuts.costBound(text.scalars[start..<next])
            guard next < end else { break }
            breaks.append(BreakTable.Break(offset: Int32(next), cost: Int32(clamping: sum), kind: .insideWord))
            start = next
        }
        cost = max(cost, sum)
    }
}
