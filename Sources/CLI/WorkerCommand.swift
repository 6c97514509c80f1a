import ArgumentParser
import CommandSupport
import Logging

/// The command `celery-pdf worker`.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Take PDF tasks from a broker, as `celery worker` does.",
        discussion: """
            The flags are those of `celery worker`, and so is the order `celery-pdf -A app worker`:
              celery-pdf worker -b redis://localhost:6379/0 -Q pdf,celery -c 4
              celery-pdf worker -n w1@%h -l debug --time-limit 600

            A first TERM or INT lets running tasks end; a second one, or QUIT, ends them and hands their messages back. \
            With REMAP_SIGTERM=SIGQUIT, TERM does that at once. The exit code is 0 in all these cases.
            """
    )

    @OptionGroup(title: "Servers") var servers: ServerOptions
    @OptionGroup(title: "Worker") var options: WorkerOptions
    @OptionGroup var absent: AbsentOptions
    @OptionGroup(title: "Documents") var documents: PDFOptions
    @OptionGroup(title: "Logs") var logs: LogOptions

    func run() async throws {
        var flags = servers.flags
        flags.add(options.flags)
        flags.add(documents.flags)
        flags.add(logs.flags)
        let source = try await SettingsSource(flags: flags)
        let settings = try await Settings(from: source)
        let pdf = try await PDFSettings(from: source, results: settings.results)
        let children = PoolChildEnvironment.prepare(pdf.childVariables, logging: settings.logging)
        let workerSettings = try await WorkerSettings(from: source, children: children)
        settings.logging.bootstrap()
        let logger = Logger(label: "celery-pdf.worker")
        if let app = servers.app { logger.debug("-A \(app) has no effect: the tasks are compiled in") }
        logger.info("broker \(settings.broker), results \(settings.results), documents \(pdf.cache)")
        var connections = Connections(settings, logger: logger)
        let worker = PDFWorker(workerSettings, pdf: pdf, connections: &connections, logger: logger)
        try await SignalledRun(
            foundation: connections.all + [worker.cache],
            services: [worker.worker],
            drainTimeout: worker.drainTimeout,
            logger: logger
        ).run()
    }
}
