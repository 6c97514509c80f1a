/// A page as poppler gives it: text, a box for each character, fonts, and what lies above the page.
///
/// It holds no C pointers, so that everything after it is plain Swift that tests can feed by hand.
struct RawPage: Sendable, Hashable {
    /// A stretch of text in one font.
    struct FontRun: Sendable, Hashable {
        var range: Range<Int>
        var size: Double
        var isBold: Bool
    }

    /// Text that is not part of the page's content: the value of a form field, or an annotation.
    struct Overlay: Sendable, Hashable {
        var text: String
        /// Where it is shown; nil puts it after the page's text.
        var box: Box?
    }

    /// The page's text; lone surrogates and other broken sequences appear as U+0000.
    var scalars: [Unicode.Scalar]
    /// One box for each scalar, or fewer or more where poppler's two answers disagree.
    var boxes: [Box]
    var fonts: [FontRun]
    var overlays: [Overlay]

    init(scalars: [Unicode.Scalar], boxes: [Box] = [], fonts: [FontRun] = [], overlays: [Overlay] = []) {
        self.scalars = scalars
        self.boxes = boxes
        self.fonts = fonts
        self.overlays = overlays
    }
}

extension RawPage.FontRun {
    /// Whether a font's name says that it is heavier than ordinary text.
    ///
    /// Chinese typesetting marks headings by a sans-serif face (hei) where Latin typesetting uses a bold one.
    static func isHeavy(_ fontName: String) -> Bool {
        let name = fontName.lowercased()
        return ["bold", "black", "heavy", "demi", "cmbx", "cmb1", "simhei", "heiti", "fandolhei"].contains {
            name.contains($0)
        }
    }
}
