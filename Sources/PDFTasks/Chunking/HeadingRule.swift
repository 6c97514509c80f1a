/// Decides which blocks of a document are headings, and of which level.
///
/// A heading is short, ends no sentence, and stands out: set larger than the body, or heavier and alone, or numbered
/// as chapters and sections are. In doubt a block is no heading: a wrong one would cut the overlap of chunks.
struct HeadingRule {
    /// The font size of most of the document's text; 0 if sizes are unknown.
    let bodySize: Double
    /// The sizes of what stands out by size, largest first.
    private let sizes: [Double]
    private let bodyIsBold: Bool

    init(_ pages: [PageText]) {
        var weights: [Double: Int] = [:]
        var bold = 0
        var total = 0
        for block in pages.lazy.flatMap(\.blocks) where block.size > 0 {
            weights[HeadingRule.rounded(block.size), default: 0] += block.range.count
            bold += block.isBold ? block.range.count : 0
            total += block.range.count
        }
        let body = weights.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
        bodySize = body
        bodyIsBold = bold * 2 > total
        sizes = weights.keys.filter { body > 0 && $0 >= body * 1.12 }.sorted(by: >)
    }

    /// The level of a block that is a heading, from 1; nil for any other block.
    func level(of block: TextBlock, text: ArraySlice<Unicode.Scalar>) -> Int? {
        guard hasShape(block, text) else { return nil }
        let size = HeadingRule.rounded(block.size)
        let numbering = HeadingNumber(text)
        let isLarge = bodySize > 0 && size >= bodySize * 1.12
        let isHeavy = block.isBold && !bodyIsBold && block.lineCount == 1 && size >= bodySize * 0.95
        guard isLarge || isHeavy || (numbering?.isCertain ?? false) else { return nil }
        if let numbering { return numbering.level }
        if isLarge, let rank = sizes.firstIndex(of: size) { return min(rank + 1, 6) }
        return min(sizes.count + 1, 6)
    }

    private func hasShape(_ block: TextBlock, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        guard !block.isTabular, block.lineCount <= 3, let last = text.last else { return false }
        let wide = text.reduce(0) { $0 + ($1.isWide ? 1 : 0) }
        guard text.count + 2 * wide <= 160 else { return false }
        let letters = text.reduce(0) { $0 + ($1.isLetter ? 1 : 0) }
        let others = text.reduce(0) { $0 + ($1.isLetter || $1.isNumber || $1.isSpace || $1 == "." ? 0 : 1) }
        guard letters >= 2, letters >= others else { return false }
        return !(last.isWideSentenceEnd || last == "." || last == "," || last == "，" || last == ";" || last == "、")
    }

    private static func rounded(_ size: Double) -> Double { (size * 10).rounded() / 10 }
}
