public import Cache
public import Celery

extension Worker {
    /// Registers `process_pdf_task` under both of its names.
    ///
    /// Results are kept for callers; a task whose process dies fails, since a file that kills poppler once will do so
    /// again.
    ///
    /// - Parameters:
    ///   - cache: Where documents are stored.
    ///   - settings: How the tasks work.
    public mutating func registerPDFTasks(cache: CacheService, settings: PDFTaskSettings = .init()) {
        let processor = DocumentProcessor(cache: cache, settings: settings)
        for name in [ProcessPDF.taskName, ProcessPDF.qualifiedName] {
            register(ProcessPDF.self, as: name) { parameters, context in
                try await processor.process(parameters, context)
            }
        }
    }
}
