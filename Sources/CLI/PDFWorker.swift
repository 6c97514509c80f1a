import Cache
import Celery
import CommandSupport
import Logging
import PDFTasks
import ServiceLifecycle

/// The worker of this program, made of settings.
struct PDFWorker {
    /// The worker.
    let worker: Worker
    /// What it stores documents with.
    let cache: CacheService
    /// How long it takes at most to stop warm.
    let drainTimeout: Duration?

    /// The hard limit of tasks where none is set: a file that hangs poppler must not hold its process for ever.
    private static let timeLimit = Duration.seconds(1800)

    /// Makes the worker.
    ///
    /// - Parameters:
    ///   - settings: How it works.
    ///   - pdf: How its tasks work.
    ///   - connections: The clients, to which it adds its own.
    ///   - logger: Where it reports.
    init(_ settings: WorkerSettings, pdf: PDFSettings, connections: inout Connections, logger: Logger) {
        for remark in settings.remarks { logger.warning("\(remark)") }
        cache = CacheService(redis: connections.client(of: pdf.cache), logger: logger)
        var configuration = settings.configuration
        if configuration.timeLimit == nil { configuration.timeLimit = Self.timeLimit }
        var worker = Worker(
            broker: connections.broker(),
            results: connections.results(),
            configuration: configuration,
            middleware: [MetricsMiddleware()],
            logger: logger
        )
        worker.registerPDFTasks(cache: cache, settings: pdf.tasks)
        self.worker = worker
        drainTimeout = settings.configuration.drainTimeout
        logger.info(
            "[tasks] \(worker.taskNames.joined(separator: ", "))",
            metadata: [
                "queues": "\(settings.configuration.queues.map(\.name.rawValue).joined(separator: ","))",
                "concurrency": "\(settings.configuration.pool.concurrency)",
                "pool": "\(settings.configuration.pool.name)",
            ]
        )
    }
}

extension WorkerConfiguration.Pool {
    /// The pool's name as `--pool` has it.
    fileprivate var name: String {
        switch self {
        case .processes: "prefork"
        case .async: "async"
        case .solo: "solo"
        }
    }
}
