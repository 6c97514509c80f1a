/// From a PDF file to searchable chunks.
///
/// The three steps can be called one by one, so that a task can report its progress in between, or together as
/// ``process(path:pdfID:pageProgress:)``. Each looks for cancellation between pages or chunks.
public struct PDFPipeline: Sendable {
    /// The settings.
    public let settings: Settings

    /// Creates a pipeline.
    public init(settings: Settings = .init()) {
        self.settings = settings
    }

    /// Reads the text of every page.
    ///
    /// - Parameters:
    ///   - path: The path of a PDF file.
    ///   - pageProgress: Called after each page with the number of pages done and their total.
    /// - Returns: The pages' text. A page that cannot be read is listed as such, not an error of the document.
    /// - Throws: A ``PDFError``, also if no page has text; `CancellationError`.
    public func extract(
        path: String,
        pageProgress: (_ done: Int, _ total: Int) async -> Void = { _, _ in }
    ) async throws -> ExtractedDocument {
        let file = try PDFFile(path: path, maxSize: settings.maxFileSize)
        return try await extract(file: file, contentHash: file.contentHash(), pageProgress: pageProgress)
    }

    /// Reads the text of every page of a file that is open already.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - contentHash: The file's content hash, which the caller has looked up in a cache before.
    ///   - pageProgress: Called after each page with the number of pages done and their total.
    /// - Returns: The pages' text.
    /// - Throws: A ``PDFError``, also if no page has text; `CancellationError`.
    public func extract(
        file: PDFFile,
        contentHash: String,
        pageProgress: (_ done: Int, _ total: Int) async -> Void = { _, _ in }
    ) async throws -> ExtractedDocument {
        let document = try PDFDocument(file: file)
        try checkPageCount(document.pageCount, of: file)
        var pages: [PageText] = []
        var unreadable: [Int] = []
        var length = 0
        for number in 1...document.pageCount {
            try Task.checkCancellation()
            let page = try text(ofPage: number, of: document)
            if page == nil { unreadable.append(number) }
            pages.append(page ?? PageText(number: number, text: ""))
            length += page?.length ?? 0
            try checkLength(length, of: file)
            await pageProgress(number, document.pageCount)
        }
        try checkResult(length: length, unreadable: unreadable.count, pages: pages.count, of: file)
        return ExtractedDocument(
            path: file.path,
            contentHash: contentHash,
            fileSize: file.size,
            pages: pages,
            unreadablePages: unreadable
        )
    }

    /// Cuts the pages' text into chunks.
    ///
    /// - Parameters:
    ///   - pages: The pages, in order.
    ///   - pdfID: The identifier that chunk identifiers begin with.
    /// - Returns: The chunks.
    /// - Throws: `CancellationError`.
    public func chunk(_ pages: [PageText], pdfID: String) throws -> [Chunk] {
        let chunker = Chunker(maxTokens: settings.maxTokens, overlap: settings.overlap)
        var run = ChunkRun(chunker: chunker, pages: pages, pdfID: pdfID)
        var chunks: [Chunk] = []
        while let chunk = run.next() {
            try Task.checkCancellation()
            chunks.append(chunk)
        }
        return chunks
    }

    /// Builds the search index over chunks: over their text and the headings above it.
    ///
    /// - Parameter chunks: The chunks, in order.
    /// - Returns: The index; its document numbers are the chunks' positions.
    /// - Throws: `CancellationError`.
    public func index(_ chunks: [Chunk]) throws -> BM25Index {
        var builder = BM25IndexBuilder(parameters: settings.bm25)
        for chunk in chunks {
            try Task.checkCancellation()
            builder.add(chunk.contextualText)
        }
        return builder.index()
    }

    /// Does all of it.
    ///
    /// - Parameters:
    ///   - path: The path of a PDF file.
    ///   - pdfID: The identifier that chunk identifiers begin with.
    ///   - pageProgress: Called after each page with the number of pages done and their total.
    /// - Returns: Chunks, index and metadata.
    /// - Throws: A ``PDFError``; `CancellationError`.
    public func process(
        path: String,
        pdfID: String,
        pageProgress: (_ done: Int, _ total: Int) async -> Void = { _, _ in }
    ) async throws -> ProcessedDocument {
        let document = try await extract(path: path, pageProgress: pageProgress)
        let chunks = try chunk(document.pages, pdfID: pdfID)
        let index = try index(chunks)
        return ProcessedDocument(
            metadata: .init(document: document, chunkCount: chunks.count, settings: settings),
            chunks: chunks,
            index: index
        )
    }

    private func text(ofPage number: Int, of document: PDFDocument) throws(PDFError) -> PageText? {
        do {
            return try document.text(ofPage: number, maxSize: settings.maxPageSize)
        } catch  where error.code == .damaged {
            return nil
        }
    }

    private func checkPageCount(_ count: Int, of file: PDFFile) throws(PDFError) {
        guard count > 0 else {
            throw PDFError(.damaged, "\(file.name) has no pages. Export it again.", path: file.path)
        }
        guard count <= settings.maxPages else {
            throw PDFError(
                .tooManyPages,
                "\(file.name) says that it has \(count) pages; at most \(settings.maxPages) are accepted. Split it.",
                path: file.path
            )
        }
    }

    private func checkLength(_ length: Int, of file: PDFFile) throws(PDFError) {
        guard length > settings.maxTextLength else { return }
        throw PDFError(
            .tooMuchText,
            "\(file.name) has more than \(settings.maxTextLength) characters of text. Split it.",
            path: file.path
        )
    }

    private func checkResult(length: Int, unreadable: Int, pages: Int, of file: PDFFile) throws(PDFError) {
        guard length == 0 else { return }
        if unreadable == pages {
            throw PDFError(.damaged, "None of the \(pages) pages of \(file.name) can be read.", path: file.path)
        }
        throw PDFError(
            .noTextLayer,
            "\(file.name) has no text layer: none of its \(pages) pages holds text, so it is probably a scan. "
                + "Run text recognition on it first (for example: ocrmypdf in.pdf out.pdf).",
            path: file.path
        )
    }
}
