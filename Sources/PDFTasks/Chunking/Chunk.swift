/// A piece of a document that fits a language model's or an embedding's window.
public struct Chunk: Codable, Sendable, Hashable {
    /// A part of a chunk that lies on one page.
    public struct Span: Codable, Sendable, Hashable {
        /// The page's number, counted from 1.
        public var page: Int
        /// Where the part begins in the page's text, in Unicode code points.
        public var start: Int
        /// Where the part ends in the page's text, in Unicode code points.
        public var end: Int
        /// What stands before this part in the chunk's text: nothing, a space, or a line break.
        public var join: String

        /// Creates a span.
        public init(page: Int, start: Int, end: Int, join: String) {
            self.page = page
            self.start = start
            self.end = end
            self.join = join
        }
    }

    /// `{pdf_id}_chunk_{index}`.
    public var id: String

    /// The chunk's place in the document, counted from 0.
    public var index: Int

    /// The text: for each span its `join`, then the page's text from `start` to `end`, unchanged.
    public var text: String

    /// The page on which the chunk begins, counted from 1.
    public var page: Int

    /// The page on which the chunk ends.
    public var pageEnd: Int

    /// The estimated number of tokens of ``contextualText``, which is what the limit holds for.
    public var tokens: Int

    /// How many code points at the start of the text repeat the end of the chunk before.
    public var overlap: Int

    /// The headings above the chunk that are not in its text, outermost first.
    public var headings: [String]

    /// Where the text stands in the pages, in order.
    public var spans: [Span]

    /// Creates a chunk.
    public init(
        id: String,
        index: Int,
        text: String,
        page: Int,
        pageEnd: Int,
        tokens: Int,
        overlap: Int,
        headings: [String],
        spans: [Span]
    ) {
        self.id = id
        self.index = index
        self.text = text
        self.page = page
        self.pageEnd = pageEnd
        self.tokens = tokens
        self.overlap = overlap
        self.headings = headings
        self.spans = spans
    }

    /// The text under its headings: what to embed or to show to a model.
    public var contextualText: String { Chunk.prefix(headings) + text }

    /// The identifier that producers and readers of the cache know.
    public static func id(pdfID: String, index: Int) -> String { "\(pdfID)_chunk_\(index)" }

    static func prefix(_ headings: [String]) -> String {
        headings.isEmpty ? "" : headings.joined(separator: " > ") + "\n"
    }

    // The names in Redis and in results.
    enum CodingKeys: String, CodingKey {
        case id
        case index
        case text
        case page
        case pageEnd = "page_end"
        case tokens
        case overlap
        case headings
        case spans
    }
}
