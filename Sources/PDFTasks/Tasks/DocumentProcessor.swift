import Cache
import Celery
import Logging

/// Takes one file through the five steps of `process_pdf_task`.
struct DocumentProcessor: Sendable {
    let cache: CacheService
    let settings: PDFTaskSettings
    let roots: ReadableRoots

    private var messages: ProgressMessages { settings.language }

    init(cache: CacheService, settings: PDFTaskSettings) {
        self.cache = cache
        self.settings = settings
        self.roots = ReadableRoots(settings.roots)
    }

    func process(_ parameters: ProcessPDF, _ context: TaskContext) async throws -> ProcessPDF.Output {
        do {
            return try await run(parameters, context)
        } catch let error as PDFError {
            throw PDFTaskError(error, messages: messages)
        }
    }

    private func run(_ parameters: ProcessPDF, _ context: TaskContext) async throws -> ProcessPDF.Output {
        let pipeline = PDFPipeline(settings: settings.pipeline)
        await report(0, messages.extracting, context)
        let file = try PDFFile(
            path: parameters.pdfPath,
            location: roots.check(parameters.pdfPath),
            maxSize: settings.pipeline.maxFileSize
        )
        let contentKey = PDFKeys.content(try file.contentHash(), settings: settings.pipeline)
        if let known = await known(contentKey, context) {
            let document = known.renamed(pdfID: parameters.pdfID, filename: parameters.pdfPath)
            await report(1, messages.chunking, context)
            await report(2, messages.indexing, context)
            await report(3, messages.caching, context)
            try await store(document, parameters.pdfID, contentKey: contentKey, context)
            await report(4, messages.done, context)
            return ProcessPDF.Output(document, pdfID: parameters.pdfID, cached: true)
        }
        let extracted = try await pipeline.extract(file: file, contentHash: file.contentHash()) { done, total in
            await reportPages(done, total, context)
        }
        await report(1, messages.chunking, context)
        let chunks = try pipeline.chunk(extracted.pages, pdfID: parameters.pdfID)
        await report(2, messages.indexing, context)
        let index = try pipeline.index(chunks)
        await report(3, messages.caching, context)
        let metadata = ProcessedDocument.Metadata(
            document: extracted,
            chunkCount: chunks.count,
            settings: settings.pipeline
        )
        let document = ProcessedDocument(metadata: metadata, chunks: chunks, index: index)
        try await store(document, parameters.pdfID, contentKey: contentKey, context)
        await report(4, messages.done, context)
        return ProcessPDF.Output(document, pdfID: parameters.pdfID, cached: false)
    }

    /// What the same content gave before.
    ///
    /// A cache that does not answer costs time, not the task.
    private func known(_ key: String, _ context: TaskContext) async -> ProcessedDocument? {
        do {
            return try await cache.get(key).map(StoredDocument.init)?.document
        } catch {
            context.logger.warning("the cache cannot be asked for the content", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// Stores a document as soon as the cache can be reached: what was read is not given up for an outage.
    private func store(
        _ document: ProcessedDocument,
        _ pdfID: String,
        contentKey: String,
        _ context: TaskContext
    ) async throws {
        let stored = try StoredDocument(document)
        let values = [
            (PDFKeys.chunks(pdfID), stored.chunks),
            (PDFKeys.metadata(pdfID), stored.metadata),
            (PDFKeys.index(pdfID), stored.index),
            (contentKey, stored.whole),
        ]
        while true {
            do {
                return try await cache.setAll(values, ttl: settings.lifetime)
            } catch {
                try await waitOrFail(after: error, context)
            }
        }
    }

    /// Waits a little where trying again may help.
    private func waitOrFail(after error: CacheError, _ context: TaskContext) async throws {
        switch error.code {
        case .cancelled:
            throw CancellationError()
        case .unavailable:
            context.logger.warning("the document waits for the cache", metadata: ["error": "\(error)"])
            // The client has tried for seconds, unless it was told no.
            try await Task.sleep(for: .seconds(1))
        default:
            context.logger.error("the cache refuses the document", metadata: ["error": "\(error)"])
            throw PDFTaskError.notStored(messages)
        }
    }

    private static let steps = 4

    private func report(_ step: Int, _ message: String, _ context: TaskContext, details: JSONObject = [:]) async {
        var details = details
        details["percent"] = .integer(step * 100 / Self.steps)
        await context.progress(current: step, total: Self.steps, message: message, details: details)
    }

    /// Says how far the reading is, about twenty times a document whatever its length.
    private func reportPages(_ done: Int, _ total: Int, _ context: TaskContext) async {
        let interval = max(1, (total + 19) / 20)
        guard done % interval == 0 || done == total else { return }
        let details: JSONObject = ["pages_done": .integer(done), "pages_total": .integer(total)]
        await report(0, messages.extracting, context, details: details)
    }
}
