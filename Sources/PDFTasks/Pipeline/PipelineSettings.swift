extension PDFPipeline {
    /// What can be set about the processing of documents.
    public struct Settings: Sendable, Hashable {
        /// The most tokens of a chunk, overlap and headings included.
        public var maxTokens: Int

        /// The tokens that a chunk repeats of the one before.
        public var overlap: Int

        /// The largest file in bytes.
        public var maxFileSize: Int

        /// The most pages of a document.
        public var maxPages: Int

        /// The most text of one page, in bytes of UTF-8 as poppler gives it.
        public var maxPageSize: Int

        /// The most text of a document, in Unicode code points.
        public var maxTextLength: Int

        /// The ranking function's parameters.
        public var bm25: BM25Parameters

        /// Creates settings.
        public init(
            maxTokens: Int = 512,
            overlap: Int = 50,
            maxFileSize: Int = 1 << 30,
            maxPages: Int = 20_000,
            maxPageSize: Int = 8 << 20,
            maxTextLength: Int = 100_000_000,
            bm25: BM25Parameters = .init()
        ) {
            self.maxTokens = maxTokens
            self.overlap = overlap
            self.maxFileSize = maxFileSize
            self.maxPages = maxPages
            self.maxPageSize = maxPageSize
            self.maxTextLength = maxTextLength
            self.bm25 = bm25
        }

        /// What results depend on, as part of a cache key: the version of this code and the settings that matter.
        ///
        /// Limits are left out: they decide whether there is a result, not what it is.
        public var version: String {
            let chunker = Chunker(maxTokens: maxTokens, overlap: overlap)
            return "v\(PDFPipeline.codeVersion)-t\(chunker.maxTokens)-o\(chunker.overlap)-k\(bm25.k1)-b\(bm25.b)"
        }
    }

    /// Raised whenever the same file would give another result.
    static let codeVersion = 1
}
