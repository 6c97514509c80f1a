/// A line as paragraphs are made of: trimmed text, its place, and what kind of line it looks like.
struct TextLine: Sendable, Hashable {
    var scalars: [Unicode.Scalar]
    var box: Box?
    var size: Double
    var isBold: Bool
    /// The width of the first word: what would have had to fit on the line before.
    var firstWordWidth: Double
    /// Whether the line has gaps as wide as between a table's cells, or the dots of a contents line.
    var isTabular: Bool

    init(_ line: RawLine) {
        let scalars = TextLine.normalized(line.scalars)
        let hasLeaders = TextLine.hasLeaders(scalars)
        self.scalars = hasLeaders ? TextLine.withShortLeaders(scalars) : scalars
        box = line.box
        size = line.size
        isBold = line.isBold
        firstWordWidth = TextLine.firstWordWidth(line)
        isTabular = line.standsAlone || hasLeaders || TextLine.hasCells(line)
    }

    /// Runs of white space as one space, none at the ends.
    private static func normalized(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(scalars.count)
        var spaces = false
        for scalar in scalars {
            if scalar.isSpace {
                spaces = true
                continue
            }
            if spaces, !result.isEmpty { result.append(" ") }
            spaces = false
            result.append(scalar)
        }
        return result
    }

    private static func firstWordWidth(_ line: RawLine) -> Double {
        guard line.boxes.count == line.scalars.count else { return 0 }
        guard let start = line.scalars.firstIndex(where: { !$0.isSpace }) else { return 0 }
        var end = start
        while end + 1 < line.scalars.count, !line.scalars[end + 1].isSpace, !line.scalars[end].isWide,
            !line.scalars[end + 1].isHan
        {
            end += 1
        }
        return max(0, line.boxes[end].x2 - line.boxes[start].x1)
    }

    // "Introduction . . . . . 3" and "Introduction.......3"
    private static func hasLeaders(_ scalars: [Unicode.Scalar]) -> Bool {
        var dots = 0
        for scalar in scalars {
            if scalar == " " { continue }
            dots = isLeader(scalar) ? dots + (scalar == "…" || scalar == "⋯" ? 3 : 1) : 0
            if dots >= 7 { return true }
        }
        return false
    }

    /// Contents lines with three dots for all of theirs, which are no text and may be hundreds.
    private static func withShortLeaders(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var index = 0
        while index < scalars.count {
            var end = index
            while end < scalars.count, isLeader(scalars[end]) || scalars[end] == " " { end += 1 }
            if scalars[index..<end].count(where: isLeader) >= 3 {
                if result.last == " " { result.removeLast() }
                result += " ... ".unicodeScalars
                index = end
            } else {
                result.append(scalars[index])
                index += 1
            }
        }
        return result.first == " " || result.last == " " ? normalized(result) : result
    }

    private static func isLeader(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ".", "…", "·", "．", "⋯": true
        default: false
        }
    }

    private static func hasCells(_ line: RawLine) -> Bool {
        guard line.boxes.count == line.scalars.count, line.size > 0 else { return false }
        var last: Box?
        for (scalar, box) in zip(line.scalars, line.boxes) where !scalar.isSpace {
            if let last, box.x1 - last.x2 > 1.6 * line.size { return true }
            last = box
        }
        return false
    }
}
