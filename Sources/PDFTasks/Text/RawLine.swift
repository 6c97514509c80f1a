/// One line of a page: cleaned text, the place of each character if known, its main font size.
struct RawLine: Sendable, Hashable {
    var scalars: [Unicode.Scalar]
    /// One for each scalar, or none at all if poppler's boxes did not fit its text.
    var boxes: [Box]
    var size: Double
    var isBold: Bool
    /// Whether the line is a paragraph by itself, whatever stands above and below.
    var standsAlone = false

    /// The smallest box around the line.
    var box: Box? {
        guard let first = boxes.first else { return nil }
        return boxes.dropFirst().reduce(first) { $0.union($1) }
    }
}

extension RawPage {
    /// The page's lines with spaces where the layout shows gaps, overlays put in, invisible characters removed.
    func lines() -> [RawLine] {
        var lines = plainLines().mergedRows()
        // What has a place goes first: the rest follows all of the page.
        for overlay in overlays.filter({ $0.box != nil }) + overlays.filter({ $0.box == nil }) {
            OverlayPlacement.insert(overlay, into: &lines)
        }
        return lines
    }

    private func plainLines() -> [RawLine] {
        let textLines = scalars.ranges(separatedBy: { $0 == "\n" })
        // A line break's box has no extent, so both answers can be cut at the same places even where they differ
        // within a line.
        let boxLines =
            boxes.count == scalars.count
            ? textLines : boxes.ranges(separatedBy: { $0.width == 0 && $0.height == 0 })
        let fits = textLines.count == boxLines.count
        var run = 0
        return textLines.indices.compactMap { index in
            let range = textLines[index]
            let lineBoxes = fits && boxLines[index].count == range.count ? boxes[boxLines[index]] : []
            return line(range, boxes: lineBoxes, run: &run)
        }
    }

    private func line(_ range: Range<Int>, boxes: ArraySlice<Box>, run: inout Int) -> RawLine? {
        var line = RawLine(scalars: [], boxes: [], size: 0, isBold: false)
        line.scalars.reserveCapacity(range.count)
        line.boxes.reserveCapacity(boxes.count)
        var previous: (scalar: Unicode.Scalar, box: Box)?
        for index in range {
            let scalar = scalars[index]
            guard let box = boxes.isEmpty ? nil : boxes[boxes.startIndex + index - range.lowerBound] else {
                TextCleaner.append(scalar, to: &line.scalars)
                continue
            }
            if let previous, GapRule.needsSpace(previous.scalar, previous.box, scalar, box) {
                line.scalars.append(" ")
                line.boxes.append(Box(x1: previous.box.x2, y1: previous.box.y1, x2: box.x1, y2: previous.box.y2))
            }
            TextCleaner.append(scalar, to: &line.scalars)
            while line.boxes.count < line.scalars.count { line.boxes.append(box) }
            previous = (scalar, box)
        }
        guard line.scalars.contains(where: { !$0.isSpace }) else { return nil }
        (line.size, line.isBold) = mainFont(in: range, run: &run)
        if line.size == 0 { line.size = line.boxes.map(\.height).max() ?? 0 }
        return line
    }

    // The font of most characters. Runs are in the order of the text, so the search goes on where it stopped.
    private func mainFont(in range: Range<Int>, run: inout Int) -> (size: Double, isBold: Bool) {
        while run < fonts.count, fonts[run].range.upperBound <= range.lowerBound { run += 1 }
        var counts: [Double: Int] = [:]
        var bold = 0
        var total = 0
        var index = run
        while index < fonts.count, fonts[index].range.lowerBound < range.upperBound {
            let count = fonts[index].range.clamped(to: range).count
            counts[fonts[index].size, default: 0] += count
            bold += fonts[index].isBold ? count : 0
            total += count
            index += 1
        }
        let size = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
        return (size, total > 0 && bold * 10 >= total * 7)
    }
}

extension [RawLine] {
    /// The lines, with neighbours that stand on one row put together.
    ///
    /// Poppler cuts a row at wide gaps: between a section's number and its title, a table's cells, or beside
    /// full-width punctuation.
    func mergedRows() -> [RawLine] {
        var rows: [RawLine] = []
        for line in self {
            if let last = rows.last, let gap = last.rowGap(to: line) {
                rows[rows.count - 1].append(line, gap: gap)
            } else {
                rows.append(line)
            }
        }
        return rows
    }
}

extension RawLine {
    /// How far to the right another line of the same row begins; nil if it stands on another row.
    fileprivate func rowGap(to other: RawLine) -> Double? {
        guard let box, let otherBox = other.box, box.verticalOverlap(with: otherBox) >= 0.6 else { return nil }
        // Vertical writing: lines side by side are lines, not cells.
        guard box.width > box.height * 0.5 || scalars.count < 3, otherBox.height < 2.5 * Swift.max(other.size, 1) else {
            return nil
        }
        let gap = otherBox.x1 - box.x2
        return gap > -0.5 * Swift.max(size, 1) ? gap : nil
    }

    fileprivate mutating func append(_ other: RawLine, gap: Double) {
        let needsSpace =
            !((scalars.last?.isWide ?? false) && (other.scalars.first?.isWide ?? false)) || gap > Swift.max(size, 1)
        if needsSpace, let last = boxes.last, let next = other.boxes.first {
            scalars.append(" ")
            boxes.append(Box(x1: last.x2, y1: last.y1, x2: next.x1, y2: last.y2))
        }
        if other.scalars.count > scalars.count { (size, isBold) = (other.size, other.isBold) }
        scalars += other.scalars
        boxes += other.boxes
    }
}

extension Array {
    /// The ranges between the elements that separate; empty ones included.
    func ranges(separatedBy isSeparator: (Element) -> Bool) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        for index in indices where isSeparator(self[index]) {
            ranges.append(start..<index)
            start = index + 1
        }
        ranges.append(start..<count)
        return ranges
    }
}
