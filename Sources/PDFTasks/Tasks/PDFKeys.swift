/// The names under which documents are in Redis.
public enum PDFKeys {
    /// A JSON list of chunks.
    public static func chunks(_ pdfID: String) -> String { "pdf:\(pdfID):chunks" }
    /// A JSON object about the document as a whole.
    public static func metadata(_ pdfID: String) -> String { "pdf:\(pdfID):metadata" }
    /// The search index over the chunks, as JSON.
    public static func index(_ pdfID: String) -> String { "pdf:\(pdfID):bm25" }

    /// The processed document of a file's content, whoever sent it.
    static func content(_ hash: String, settings: PDFPipeline.Settings) -> String {
        "swift-celery:pdf:\(hash):\(settings.version)"
    }
}
