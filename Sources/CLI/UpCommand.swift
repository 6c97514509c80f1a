import ArgumentParser
import CommandSupport
import HTTPAPI
import Logging

/// The command `celery-pdf up`.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start a worker and the HTTP API together.",
        discussion: """
            If no broker is set anywhere, a Redis server of its own is started, on a socket in a temporary folder, and \
            stopped at the end with everything in it:
              celery-pdf up
              celery-pdf up --port 9000 -c 2 --root /data/pdfs
              celery-pdf up -b redis://localhost:6379/0
            """
    )

    @OptionGroup(title: "HTTP") var http: HTTPOptions
    @OptionGroup(title: "Servers") var servers: ServerOptions
    @OptionGroup(title: "Worker") var options: WorkerOptions
    @OptionGroup var absent: AbsentOptions
    @OptionGroup(title: "Documents") var documents: PDFOptions
    @OptionGroup(title: "Logs") var logs: LogOptions

    func run() async throws {
        var flags = servers.flags
        flags.add(http.flags)
        flags.add(options.flags)
        flags.add(documents.flags)
        flags.add(logs.flags)
        let source = try await SettingsSource(flags: flags)
        var settings = try await Settings(from: source)
        settings.logging.bootstrap()
        let logger = Logger(label: "celery-pdf")
        let server = settings.isBrokerGiven ? nil : try PrivateRedis()
        if let server { try settings.use(server.url) }
        let pdf = try await PDFSettings(from: source, results: settings.results)
        let children = PoolChildEnvironment.prepare(pdf.childVariables, logging: settings.logging)
        let workerSettings = try await WorkerSettings(from: source, children: children)
        let configuration = try await HTTPAPIConfiguration(from: source, documents: pdf)

        var connections = Connections(settings, logger: logger)
        if let server {
            try await server.waitUntilReady(connections.client(of: settings.broker))
            logger.info("no broker is set: a Redis server of our own is at \(server.url) until we stop")
        } else {
            logger.info("broker \(settings.broker), results \(settings.results), documents \(pdf.cache)")
        }
        let worker = PDFWorker(workerSettings, pdf: pdf, connections: &connections, logger: logger)
        let api = HTTPService(configuration, settings: settings, connections: &connections, logger: logger)
        try await SignalledRun(
            foundation: connections.all + [worker.cache],
            services: [worker.worker, api],
            drainTimeout: worker.drainTimeout,
            logger: logger
        ).run()
        await server?.stop()
    }
}

extension Settings {
    /// Makes a server that was started for this run the broker, and the result backend if nobody has set one.
    fileprivate mutating func use(_ url: String) throws {
        broker = try ServerAddress(url: url, setting: .brokerURL)
        if !areResultsGiven { results = broker }
    }
}
