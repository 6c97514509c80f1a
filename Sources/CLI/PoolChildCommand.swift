import ArgumentParser
import Cache
import Celery
import CommandSupport
import PDFTasks
import Redis

/// The command `celery-pdf pool-child`, which runs tasks for a worker.
///
/// It knows the server for documents and no other.
struct PoolChildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: PoolChildEnvironment.command,
        abstract: "Run tasks for the worker that started this process.",
        shouldDisplay: false
    )

    func run() async throws {
        let source = try await PoolChildEnvironment.source(known: SettingKey.all)
        let pdf = try await PDFSettings(from: source, results: nil)
        try await WorkerProgram.runChild("celery-pdf", source) { worker, logger in
            let redis = RedisClient(configuration: pdf.cache.configuration, logger: logger)
            worker.registerPDFTasks(cache: CacheService(redis: redis, logger: logger), settings: pdf.tasks)
        }
    }
}
