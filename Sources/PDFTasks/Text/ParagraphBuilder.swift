/// Puts a page's lines together to paragraphs.
///
/// Lines of one paragraph are joined with a space, or with nothing between Chinese characters; hyphenated words are
/// made whole. Table rows, contents lines and program text keep their lines.
struct ParagraphBuilder {
    /// One paragraph, heading, row or line.
    struct Paragraph: Hashable {
        var scalars: [Unicode.Scalar]
        var size: Double
        var isBold: Bool
        var lineCount: Int
        var isTabular: Bool
    }

    private let lines: [TextLine]

    init(lines: [TextLine]) {
        self.lines = lines.filter { !$0.scalars.isEmpty }
    }

    func paragraphs() -> [Paragraph] {
        guard let first = lines.first else { return [] }
        let edges = rightEdges()
        let leading = usualLeading()
        var paragraphs: [Paragraph] = []
        var current = Paragraph(first)
        for (previous, index) in zip(lines.indices, lines.indices.dropFirst()) {
            let rule = LineBreakRule(rightEdge: edges[previous], leading: leading)
            if rule.isBreak(after: lines[previous], before: lines[index]) {
                paragraphs.append(current)
                current = Paragraph(lines[index])
            } else {
                current.append(lines[index])
            }
        }
        paragraphs.append(current)
        return paragraphs
    }

    /// The right edge of the column of each line: of all neighbours that stand above or below each other.
    private func rightEdges() -> [Double] {
        var edges = [Double](repeating: 0, count: lines.count)
        var start = 0
        for index in lines.indices {
            let isLast = index + 1 == lines.count
            if isLast || !isSameColumn(lines[index], lines[index + 1]) {
                let edge = lines[start...index].compactMap(\.box?.x2).max() ?? 0
                for position in start...index { edges[position] = edge }
                start = index + 1
            }
        }
        return edges
    }

    private func isSameColumn(_ first: TextLine, _ second: TextLine) -> Bool {
        guard let firstBox = first.box, let secondBox = second.box else { return false }
        let gap = secondBox.y1 - firstBox.y2
        return secondBox.y1 > firstBox.y1 && gap < 2 * max(firstBox.height, secondBox.height)
            && firstBox.sidewaysOverlap(with: secondBox) >= 0.5
    }

    private func usualLeading() -> Double {
        let distances = zip(lines, lines.dropFirst()).compactMap { first, second -> Double? in
            guard isSameColumn(first, second), let firstBox = first.box, let secondBox = second.box else { return nil }
            return secondBox.y2 - firstBox.y2
        }.sorted()
        // Below the median: most distances are those inside paragraphs, and larger ones separate them.
        return distances.isEmpty ? 0 : distances[distances.count * 2 / 5]
    }
}

extension ParagraphBuilder.Paragraph {
    init(_ line: TextLine) {
        self.init(
            scalars: line.scalars,
            size: line.size,
            isBold: line.isBold,
            lineCount: 1,
            isTabular: line.isTabular
        )
    }

    mutating func append(_ line: TextLine) {
        switch LineJoin(after: scalars, before: line.scalars) {
        case .space: scalars.append(" ")
        case .nothing: break
        case .withoutHyphen: scalars.removeLast()
        }
        scalars += line.scalars
        size = max(size, line.size)
        isBold = isBold && line.isBold
        lineCount += 1
    }
}
