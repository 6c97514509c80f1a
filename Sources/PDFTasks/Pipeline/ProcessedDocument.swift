/// Everything that is kept of a processed document.
public struct ProcessedDocument: Codable, Sendable, Hashable {
    /// What is known about the document as a whole; the value of `pdf:{pdf_id}:metadata`.
    public struct Metadata: Codable, Sendable, Hashable {
        /// The file's path as it was given, which is what readers of the cache know as its name.
        public var filename: String
        /// The number of chunks.
        public var chunkCount: Int
        /// The length of all pages' text in Unicode code points.
        public var textLength: Int
        /// The number of pages.
        public var pages: Int
        /// How many of the pages have no text.
        public var emptyPages: Int
        /// The numbers of the pages that could not be read.
        public var unreadablePages: [Int]
        /// The SHA-256 of the file's content, in hexadecimal.
        public var contentHash: String
        /// The file's size in bytes.
        public var fileSize: Int
        /// The name of the tokenizer that chunks were measured with.
        public var tokenizer: String
        /// The version of code and settings; see ``PDFPipeline/Settings/version``.
        public var settingsVersion: String

        /// Creates metadata.
        public init(document: ExtractedDocument, chunkCount: Int, settings: PDFPipeline.Settings) {
            filename = document.path
            self.chunkCount = chunkCount
            textLength = document.textLength
            pages = document.pages.count
            emptyPages = document.emptyPageCount
            unreadablePages = document.unreadablePages
            contentHash = document.contentHash
            fileSize = document.fileSize
            tokenizer = TokenCounter.name
            settingsVersion = settings.version
        }

        // The names in Redis and in results.
        enum CodingKeys: String, CodingKey {
            case filename
            case chunkCount = "chunk_count"
            case textLength = "text_length"
            case pages
            case emptyPages = "empty_pages"
            case unreadablePages = "unreadable_pages"
            case contentHash = "sha256"
            case fileSize = "file_size"
            case tokenizer
            case settingsVersion = "settings_version"
        }
    }

    /// What is known about the document as a whole.
    public var metadata: Metadata

    /// The chunks, in order.
    public var chunks: [Chunk]

    /// The search index over the chunks.
    public var index: BM25Index

    /// Creates a processed document.
    public init(metadata: Metadata, chunks: [Chunk], index: BM25Index) {
        self.metadata = metadata
        self.chunks = chunks
        self.index = index
    }

    /// The same document under another identifier and file name, for a file whose content was processed before.
    public func renamed(pdfID: String, filename: String) -> ProcessedDocument {
        var copy = self
        copy.metadata.filename = filename
        for index in copy.chunks.indices {
            copy.chunks[index].id = Chunk.id(pdfID: pdfID, index: copy.chunks[index].index)
        }
        return copy
    }
}
