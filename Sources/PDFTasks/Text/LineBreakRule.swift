/// Decides whether a line goes on with the paragraph of the line before it.
///
/// PDF has no paragraphs, only lines at places. A break is where a typesetter would have had room for the next word
/// but did not use it, where the distance or the font size changes, and where a list item begins.
struct LineBreakRule {
    /// The right edge of the column that a line stands in.
    var rightEdge: Double
    /// The usual distance between the baselines of the page's lines.
    var leading: Double

    func isBreak(after first: TextLine, before second: TextLine) -> Bool {
        if first.isTabular || second.isTabular { return true }
        if differs(first.size, second.size) || (first.isBold != second.isBold && isShort(first, second)) { return true }
        guard let firstBox = first.box, let secondBox = second.box else {
            return SentenceShape.ends(first.scalars) || SentenceShape.startsItem(second.scalars)
        }
        guard isBelow(firstBox, secondBox) else { return !continuesElsewhere(first, second) }
        if SentenceShape.startsItem(second.scalars), isShort(first, second) || SentenceShape.ends(first.scalars) {
            return true
        }
        if leading > 0, secondBox.y2 - firstBox.y2 > 1.35 * leading { return true }
        if isShort(first, second) {
            // Ragged text: the next line takes up the sentence.
            return SentenceShape.ends(first.scalars) || !takesUp(first, second) || !isNearlyFull(firstBox)
        }
        let indent = secondBox.x1 - firstBox.x1
        if indent > 0.8 * second.size, SentenceShape.ends(first.scalars) { return true }
        return false
    }

    private func differs(_ first: Double, _ second: Double) -> Bool {
        guard first > 0, second > 0 else { return false }
        return max(first, second) / min(first, second) > 1.13
    }

    /// Whether the next line's first word would have fitted on this line.
    private func isShort(_ first: TextLine, _ second: TextLine) -> Bool {
        guard let box = first.box else { return false }
        return box.x2 + second.firstWordWidth + 0.6 * max(first.size, 1) < rightEdge
    }

    private func isNearlyFull(_ box: Box) -> Bool {
        box.x2 - box.x1 > 0.75 * (rightEdge - box.x1)
    }

    private func isBelow(_ first: Box, _ second: Box) -> Bool {
        second.y1 > first.y1 + 0.3 * first.height && first.sidewaysOverlap(with: second) >= 0.5
    }

    // The top of the next column, or the line after a picture: only in the middle of a sentence.
    private func continuesElsewhere(_ first: TextLine, _ second: TextLine) -> Bool {
        guard first.scalars.count >= 16, second.scalars.count >= 16 else { return false }
        guard !SentenceShape.ends(first.scalars) else { return false }
        return takesUp(first, second)
    }

    /// Whether the second line begins as the middle of a sentence does.
    private func takesUp(_ first: TextLine, _ second: TextLine) -> Bool {
        guard let next = second.scalars.first, let last = first.scalars.last else { return false }
        return next.isLowercaseLetter || (last.isWide && next.isWide && !next.isOpening)
    }
}
