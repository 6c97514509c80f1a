import ArgumentParser
import CommandSupport
import HTTPAPI
import Logging

/// The command `celery-pdf serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Offer the PDF tasks over HTTP.",
        discussion: """
            Workers, of this program or of Python, do the work:
              celery-pdf serve -b redis://localhost:6379/0 --port 8000
              curl localhost:8000/tasks/pdf/process -H 'Content-Type: application/json' \\
                -d '{"pdf_path": "/data/report.pdf", "pdf_id": "42"}'
              curl localhost:8000/tasks/TASK_ID
            """
    )

    @OptionGroup(title: "HTTP") var http: HTTPOptions
    @OptionGroup(title: "Servers") var servers: ServerOptions
    @OptionGroup(title: "Documents") var roots: RootOptions
    @OptionGroup(title: "Logs") var logs: LogOptions

    func run() async throws {
        var flags = servers.flags
        flags.add(http.flags)
        flags.add(roots.flags)
        flags.add(logs.flags)
        let source = try await SettingsSource(flags: flags)
        let settings = try await Settings(from: source)
        let configuration = try await HTTPAPIConfiguration(from: source)
        try settings.logging.bootstrap()
        let logger = Logger(label: "celery-pdf.http")
        logger.info("broker \(settings.broker), results \(settings.results)")
        var connections = Connections(settings, logger: logger)
        let service = HTTPService(configuration, settings: settings, connections: &connections, logger: logger)
        try await SignalledRun(foundation: connections.all, services: [service], logger: logger).run()
    }
}
