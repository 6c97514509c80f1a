/// The text of a document's pages.
public struct ExtractedDocument: Sendable, Hashable {
    /// The file's path, as it was given.
    public var path: String

    /// The SHA-256 of the file's content, in hexadecimal.
    public var contentHash: String

    /// The file's size in bytes.
    public var fileSize: Int

    /// The pages, in order; pages without text have an empty text.
    public var pages: [PageText]

    /// The numbers of pages that could not be read; their text is empty.
    public var unreadablePages: [Int]

    /// Creates a document.
    public init(
        path: String,
        contentHash: String,
        fileSize: Int,
        pages: [PageText],
        unreadablePages: [Int] = []
    ) {
        self.path = path
        self.contentHash = contentHash
        self.fileSize = fileSize
        self.pages = pages
        self.unreadablePages = unreadablePages
    }

    /// The length of all pages' text in Unicode code points.
    public var textLength: Int { pages.reduce(0) { $0 + $1.length } }

    /// How many pages have no text, for example because they are pictures.
    public var emptyPageCount: Int { pages.count { $0.length == 0 } }
}
