/// Where the layout shows a gap that poppler's text leaves out.
///
/// `poppler_page_get_text` writes no space between a table's cells, or between a contents line and its page number,
/// although the boxes of `poppler_page_get_text_layout` lie far apart.
enum GapRule {
    /// Whether a space belongs between two neighbouring characters.
    static func needsSpace(
        _ first: Unicode.Scalar,
        _ firstBox: Box,
        _ second: Unicode.Scalar,
        _ secondBox: Box
    ) -> Bool {
        guard !first.isSpace, !second.isSpace, !second.isMark, !(first.isWide && second.isWide) else { return false }
        let height = max(firstBox.height, secondBox.height)
        guard height > 0 else { return false }
        if firstBox.verticalOverlap(with: secondBox) < 0.2 { return true }
        guard firstBox.sidewaysGap(to: secondBox) > 0.1 * height else { return false }
        // Beside full-width punctuation the gap is the punctuation's own.
        return !first.isWidePunctuation && !second.isWidePunctuation
    }
}
