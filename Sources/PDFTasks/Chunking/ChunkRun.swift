/// One pass over a document that yields its chunks in order.
///
/// An iterator and not a function, so that who asks for chunks can stop between two of them.
struct ChunkRun {
    private let chunker: Chunker
    private let text: DocumentText
    private let breaks: [BreakTable.Break]
    private let pdfID: String
    private var headings: HeadingPath
    private var index = 0
    /// The break where the next chunk starts, and the break up to which its text was in the chunk before.
    private var start = 0
    private var contentStart = 0

    init(chunker: Chunker, pages: [PageText], pdfID: String) {
        self.chunker = chunker
        self.pdfID = pdfID
        text = DocumentText(pages)
        breaks = BreakTable(text, chunker: chunker).breaks
        headings = HeadingPath(text.blocks)
    }

    /// The length of the document's text in code points.
    var textLength: Int { text.scalars.count }

    mutating func next() -> Chunk? {
        guard contentStart + 1 < breaks.count else { return nil }
        let path = headings.path(at: Int(breaks[start].offset), in: text, limit: chunker.longestPrefix)
        let prefix = TokenCounter().hundredths(Array(Chunk.prefix(path).unicodeScalars)[...])
        let plan = ChunkPlan(breaks: breaks, budget: chunker.maxTokens * 100 - prefix, overlap: chunker.overlap * 100)
        var end = plan.end(from: start, contentStart: contentStart)
        var tokens = count(to: end, prefix: prefix)
        // The table's sum is an estimate of an estimate where words were cut; the limit is not.
        while tokens > chunker.maxTokens, end > contentStart + 1 {
            end -= 1
            tokens = count(to: end, prefix: prefix)
        }
        defer {
            start = plan.overlapStart(before: end, after: start)
            contentStart = end
            index += 1
        }
        return chunk(to: end, tokens: tokens, headings: path)
    }

    private func range(to end: Int) -> Range<Int> {
        let lower = Int(breaks[start].offset)
        var upper = Int(breaks[end].offset)
        while upper > lower, text.scalars[upper - 1].isSpace { upper -= 1 }
        return lower..<upper
    }

    private func count(to end: Int, prefix: Int) -> Int {
        TokenCounter.tokens(hundredths: TokenCounter().hundredths(text.scalars[range(to: end)]) + prefix)
    }

    private func chunk(to end: Int, tokens: Int, headings: [String]) -> Chunk {
        let range = range(to: end)
        let spans = text.spans(of: range)
        return Chunk(
            id: Chunk.id(pdfID: pdfID, index: index),
            index: index,
            text: text.string(range),
            page: spans.first?.page ?? 1,
            pageEnd: spans.last?.page ?? 1,
            tokens: tokens,
            overlap: min(Int(breaks[contentStart].offset), range.upperBound) - range.lowerBound,
            headings: headings,
            spans: spans
        )
    }
}
