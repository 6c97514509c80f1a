/// The headings that a place in the text stands under, found while going forward.
struct HeadingPath {
    private let headings: [DocumentText.Block]
    private var next = 0
    private var open: [DocumentText.Block] = []

    init(_ blocks: [DocumentText.Block]) {
        headings = blocks.filter { $0.headingLevel != nil }
    }

    /// The headings above a place, outermost first, without those that stand at or after it.
    ///
    /// Places are asked for in order. Where the path would cost more than the limit, the outermost headings are left
    /// out.
    mutating func path(at offset: Int, in text: DocumentText, limit: Int) -> [String] {
        while next < headings.count, headings[next].range.upperBound <= offset {
            close(to: headings[next])
            open.append(headings[next])
            next += 1
        }
        var above = open
        if next < headings.count, headings[next].range.lowerBound == offset {
            above.removeAll { ($0.headingLevel ?? 0) >= (headings[next].headingLevel ?? 0) }
        }
        var path = above.map { text.string($0.range) }
        while !path.isEmpty, TokenCounter().hundredths(Array(Chunk.prefix(path).unicodeScalars)[...]) > limit {
            path.removeFirst()
        }
        return path
    }

    private mutating func close(to heading: DocumentText.Block) {
        while let last = open.last, (last.headingLevel ?? 0) >= (heading.headingLevel ?? 0) { open.removeLast() }
    }
}
