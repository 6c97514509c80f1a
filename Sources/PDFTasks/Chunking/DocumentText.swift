/// The pages of a document as one run of text that still knows where every character comes from.
struct DocumentText {
    /// A page within the text.
    struct Page: Hashable {
        var number: Int
        /// Where the page's text stands in the document's.
        var range: Range<Int>
        /// Where that begins in the page's own text, behind running heads.
        var offset: Int
        /// What was put before it.
        var join: String
    }

    /// A paragraph or heading within the text.
    struct Block: Hashable {
        var range: Range<Int>
        /// 1 for the outermost headings, nil for other blocks.
        var headingLevel: Int?
    }

    private(set) var scalars: [Unicode.Scalar] = []
    /// The pages that have text.
    private(set) var pages: [Page] = []
    private(set) var blocks: [Block] = []

    init(_ pages: [PageText]) {
        let headings = HeadingRule(pages)
        let running = RunningLines(pages)
        scalars.reserveCapacity(pages.reduce(0) { $0 + $1.length + 1 })
        for page in pages where page.length > 0 {
            append(page, headings: headings, running: running)
        }
    }

    private mutating func append(_ page: PageText, headings: HeadingRule, running: RunningLines) {
        let pageText = Array(page.text.unicodeScalars)
        let content = page.blocks[running.content(of: page, text: pageText)]
        guard let first = content.first, let last = content.last else { return }
        let part = first.range.lowerBound..<last.range.upperBound
        let text = pageText[part]
        let levels = content.map { headings.level(of: $0, text: pageText[$0.range]) }
        let join = joinBefore(text, firstLevel: levels.first ?? nil)
        scalars.append(contentsOf: join.unicodeScalars)
        let base = scalars.count
        let continues = join != "\n" && !blocks.isEmpty
        pages.append(Page(number: page.number, range: base..<base + text.count, offset: part.lowerBound, join: join))
        let shift = base - part.lowerBound
        for (index, (block, level)) in zip(content, levels).enumerated() {
            let range = block.range.lowerBound + shift..<block.range.upperBound + shift
            if index == 0, continues {
                blocks[blocks.count - 1].range = blocks[blocks.count - 1].range.lowerBound..<range.upperBound
            } else {
                blocks.append(Block(range: range, headingLevel: level))
            }
        }
        scalars.append(contentsOf: text)
    }

    /// A sentence that goes on over the page break stays one sentence.
    private func joinBefore(_ text: ArraySlice<Unicode.Scalar>, firstLevel: Int?) -> String {
        guard let last = blocks.last, let next = text.first else { return "" }
        let before = scalars[last.range]
        let goesOn = next.isLowercaseLetter || (next.isHan && (before.last?.isWide ?? false))
        guard firstLevel == nil, last.headingLevel == nil, goesOn, before.count >= 16, !SentenceShape.ends(before)
        else {
            return "\n"
        }
        return LineJoin(after: before, before: text) == .space ? " " : ""
    }

    /// The parts of a range, page by page.
    func spans(of range: Range<Int>) -> [Chunk.Span] {
        var low = 0
        var high = pages.count
        while low < high {
            let middle = (low + high) / 2
            if pages[middle].range.upperBound <= range.lowerBound { low = middle + 1 } else { high = middle }
        }
        var spans: [Chunk.Span] = []
        while low < pages.count, pages[low].range.lowerBound < range.upperBound {
            let part = pages[low].range.clamped(to: range)
            spans.append(
                Chunk.Span(
                    page: pages[low].number,
                    start: part.lowerBound - pages[low].range.lowerBound + pages[low].offset,
                    end: part.upperBound - pages[low].range.lowerBound + pages[low].offset,
                    join: spans.isEmpty ? "" : pages[low].join
                )
            )
            low += 1
        }
        return spans
    }

    func string(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }
}
