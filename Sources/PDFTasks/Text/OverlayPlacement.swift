/// Puts the value of a form field, or free text, into the line that it stands on.
///
/// The value of a field follows the label at its left, as a reader sees it. One that stands on no line becomes a line
/// of its own: between the lines above and below it if its place is known, else after the page's text.
enum OverlayPlacement {
    static func insert(_ overlay: RawPage.Overlay, into lines: inout [RawLine]) {
        let parts = TextCleaner.clean(overlay.text).split(separator: "\n").map(Array.init)
            .filter { $0.contains { !$0.isSpace } }
        guard !parts.isEmpty else { return }
        guard let box = overlay.box, box.height > 0 else {
            lines += parts.map { ownLine($0, box: nil) }
            return
        }
        if let index = lineBeside(box, in: lines) {
            append(Array(parts.joined(separator: [" "])), at: box, to: &lines[index])
        } else {
            let index = lines.firstIndex { ($0.box?.y1 ?? 0) > box.y2 } ?? lines.count
            lines.insert(contentsOf: parts.map { ownLine($0, box: box) }, at: index)
        }
    }

    /// The line whose end is nearest at the left of the box, or which surrounds it.
    private static func lineBeside(_ box: Box, in lines: [RawLine]) -> Int? {
        var best: (index: Int, end: Double)?
        for (index, line) in lines.enumerated() {
            guard let lineBox = line.box, lineBox.verticalOverlap(with: box) >= 0.5, lineBox.x1 < box.x1 else {
                continue
            }
            let end = min(lineBox.x2, box.x1)
            if best.map({ end > $0.end }) ?? true { best = (index, end) }
        }
        return best?.index
    }

    private static func append(_ text: [Unicode.Scalar], at box: Box, to line: inout RawLine) {
        let index = line.boxes.firstIndex { $0.x1 >= box.x1 } ?? line.scalars.count
        let inserted = [" "] + text + (index < line.scalars.count ? [" "] : [])
        line.scalars.insert(contentsOf: inserted, at: index)
        line.boxes.insert(contentsOf: inserted.map { _ in box }, at: index)
    }

    private static func ownLine(_ text: [Unicode.Scalar], box: Box?) -> RawLine {
        RawLine(
            scalars: text,
            boxes: box.map { Array(repeating: $0, count: text.count) } ?? [],
            size: 0,
            isBold: false,
            standsAlone: true
        )
    }
}
