/// Finds running heads, running feet and page numbers: lines that stand at the edge of many pages.
///
/// They would cut sentences in two where a page ends, and fill chunks with repetition. They stay in the pages' text;
/// only chunks leave them out, except where a line with words stands for the first time.
struct RunningLines {
    /// How many lines at the top and at the bottom of a page can be running ones.
    private static let depth = 2
    private static let longest = 120
    /// On how many pages a line must stand.
    private static let pageCount = 3

    private let firstPages: [String: Int]
    private let firstPage: Int?

    init(_ pages: [PageText]) {
        var counts: [String: Int] = [:]
        var first: [String: Int] = [:]
        for page in pages {
            let text = Array(page.text.unicodeScalars)
            let edges = RunningLines.edges(page.blocks.count)
            for key in Set(edges.compactMap { RunningLines.key(text[page.blocks[$0].range]) }) {
                counts[key, default: 0] += 1
                if first[key] == nil { first[key] = page.number }
            }
        }
        firstPage = pages.first { $0.length > 0 }?.number
        firstPages = first.filter { counts[$0.key, default: 0] >= RunningLines.pageCount }
    }

    /// The blocks of a page that are no running lines.
    func content(of page: PageText, text: [Unicode.Scalar]) -> Range<Int> {
        var lower = 0
        var upper = page.blocks.count
        let first = min(RunningLines.depth, upper)
        while lower < first, isRunning(page.blocks[lower], page: page, text: text) { lower += 1 }
        let last = max(lower, page.blocks.count - RunningLines.depth)
        while upper > last, isRunning(page.blocks[upper - 1], page: page, text: text) { upper -= 1 }
        return lower..<upper
    }

    private func isRunning(_ block: TextBlock, page: PageText, text: [Unicode.Scalar]) -> Bool {
        guard let key = RunningLines.key(text[block.range]), let first = firstPages[key] else { return false }
        guard key.unicodeScalars.contains(where: \.isLetter) else { return true }
        // A title that is repeated over every page must not be lost, nor a head without a number where it first stands.
        return first != page.number || (key.contains("#") && page.number != firstPage)
    }

    private static func edges(_ count: Int) -> [Int] {
        count <= 2 * depth ? Array(0..<count) : Array(0..<depth) + Array(count - depth..<count)
    }

    /// The line with "#" for every number, Roman ones included; nil if it is too long for a running line.
    static func key(_ text: ArraySlice<Unicode.Scalar>) -> String? {
        guard text.count <= longest else { return nil }
        let words = text.split(separator: " ").map { word -> String in
            if word.allSatisfy({ "ivxlcIVXLC".unicodeScalars.contains($0) }) { return "#" }
            var key = String.UnicodeScalarView()
            for scalar in word where !(scalar.isNumber && key.last == "#") {
                key.append(scalar.isNumber ? "#" : scalar)
            }
            return String(key)
        }
        return words.joined(separator: " ")
    }
}
