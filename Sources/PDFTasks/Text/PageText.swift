/// The text of one page: cleaned, one paragraph to a line.
///
/// Positions count Unicode code points, which is what an index into a `str` counts in Python.
public struct PageText: Sendable, Hashable {
    /// The page's number, counted from 1.
    public let number: Int

    /// The paragraphs, headings and table rows, separated by line breaks; empty if the page has no text.
    public let text: String

    /// The length of the text in Unicode code points.
    public let length: Int

    /// The paragraphs and where they stand in the text, in order.
    let blocks: [TextBlock]

    /// Creates a page from text, one paragraph to a line; for text that does not come from a PDF.
    public init(number: Int, text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: true).map { line in
            RawLine(scalars: TextCleaner.clean(String(line)), boxes: [], size: 0, isBold: false)
        }
        self.init(number: number, paragraphs: lines.map { ParagraphBuilder.Paragraph(TextLine($0)) })
    }

    init(number: Int, raw: RawPage) {
        self.init(number: number, paragraphs: ParagraphBuilder(lines: raw.lines().map(TextLine.init)).paragraphs())
    }

    init(number: Int, paragraphs: [ParagraphBuilder.Paragraph]) {
        var scalars = String.UnicodeScalarView()
        var blocks: [TextBlock] = []
        var position = 0
        for paragraph in paragraphs {
            let text = paragraph.scalars.filter { $0 != "\u{AD}" }
            guard !text.isEmpty else { continue }
            if position > 0 {
                scalars.append("\n")
                position += 1
            }
            scalars.append(contentsOf: text)
            blocks.append(TextBlock(range: position..<position + text.count, paragraph: paragraph))
            position += text.count
        }
        self.number = number
        self.text = String(scalars)
        self.length = position
        self.blocks = blocks
    }
}

/// A paragraph, heading, table row or other line within a page's text.
struct TextBlock: Sendable, Hashable {
    /// Where it stands, in code points.
    var range: Range<Int>
    var size: Double
    var isBold: Bool
    var lineCount: Int
    var isTabular: Bool

    init(range: Range<Int>, paragraph: ParagraphBuilder.Paragraph) {
        self.range = range
        size = paragraph.size
        isBold = paragraph.isBold
        lineCount = paragraph.lineCount
        isTabular = paragraph.isTabular
    }
}
