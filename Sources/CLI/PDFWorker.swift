import Cache
import Celery
import CommandSupport
import Logging
import PDFTasks

/// The worker of this program, made of settings.
struct PDFWorker {
    /// The worker.
    let worker: Worker
    /// What it stores documents with.
    let cache: CacheService

    /// The hard limit of tasks where none is set: a file that hangs poppler must not hold its process for ever.
    private static let timeLimit = Duration.seconds(1800)

    /// Makes the worker.
    ///
    /// - Parameters:
    ///   - program: The program, whose settings it completes.
    ///   - pdf: How its tasks work.
    init(_ program: inout WorkerProgram, pdf: PDFSettings) {
        cache = CacheService(redis: program.connections.client(of: pdf.cache), logger: program.logger)
        program.places.append(("documents", "\(pdf.cache)"))
        if let warning = PopplerData.warning { program.logger.warning("\(warning)") }
        if program.configuration.timeLimit == nil { program.configuration.timeLimit = Self.timeLimit }
        var worker = program.makeWorker(middleware: [MetricsMiddleware()])
        worker.registerPDFTasks(cache: cache, settings: pdf.tasks)
        self.worker = worker
    }
}
