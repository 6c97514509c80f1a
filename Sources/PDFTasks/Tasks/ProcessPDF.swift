public import Celery

/// `process_pdf_task(pdf_path, pdf_id)`: turns a PDF into chunks and a search index, and keeps both in Redis.
public struct ProcessPDF: TaskParameters {
    /// The short name, under which the task is called by most producers.
    public static let taskName = "process_pdf_task"

    /// The name that producers use which import the Python service's module.
    public static let qualifiedName = "backend.tasks.pdf_tasks.process_pdf_task"

    /// Where the file is, as the worker sees it.
    public var pdfPath: String
    /// The caller's name for the document; the Redis keys and the chunks' identifiers hold it.
    public var pdfID: String

    /// Makes parameters.
    public init(pdfPath: String, pdfID: String) {
        self.pdfPath = pdfPath
        self.pdfID = pdfID
    }

    // Python's names, in positional order.
    enum CodingKeys: String, CodingKey {
        case pdfPath = "pdf_path"
        case pdfID = "pdf_id"
    }

    /// What the caller gets; the document itself is in Redis.
    public struct Output: Codable, Sendable, Hashable {
        /// `success`; failures are failures, not results.
        public var status: String
        /// The caller's name for the document.
        public var pdfID: String
        /// How many chunks there are.
        public var chunks: Int
        /// The length of all pages' text in Unicode code points.
        public var textLength: Int
        /// How many pages the document has.
        public var pages: Int
        /// How many of them have no text, for example because they are pictures.
        public var emptyPages: Int
        /// The numbers of the pages that could not be read.
        public var unreadablePages: [Int]
        /// The SHA-256 of the file, in hexadecimal.
        public var sha256: String
        /// Whether the content had been processed before, so that it was not read again.
        public var cached: Bool

        enum CodingKeys: String, CodingKey {
            case status
            case pdfID = "pdf_id"
            case chunks
            case textLength = "text_length"
            case pages
            case emptyPages = "empty_pages"
            case unreadablePages = "unreadable_pages"
            case sha256
            case cached
        }

        init(_ document: ProcessedDocument, pdfID: String, cached: Bool) {
            status = "success"
            self.pdfID = pdfID
            chunks = document.metadata.chunkCount
            textLength = document.metadata.textLength
            pages = document.metadata.pages
            emptyPages = document.metadata.emptyPages
            unreadablePages = document.metadata.unreadablePages
            sha256 = document.metadata.contentHash
            self.cached = cached
        }
    }
}
