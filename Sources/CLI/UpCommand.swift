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
    @OptionGroup var options: WorkerProgramOptions
    @OptionGroup(title: "Documents") var documents: PDFOptions

    func run() async throws {
        var flags = options.flags
        flags.add(http.flags)
        flags.add(documents.flags)
        let source = try await SettingsSource(flags: flags)
        var settings = try await Settings(from: source)
        let server = settings.isBrokerGiven ? nil : try PrivateRedis()
        if let server { try settings.use(server.url) }
        let pdf = try await PDFSettings(from: source, results: settings.results)
        let configuration = try await HTTPAPIConfiguration(from: source)

        var program = try await WorkerProgram("celery-pdf", settings, childSettings: pdf.childSettings)
        if let server {
            // What it holds would not survive.
            program.rules.restartsOnHangup = false
            try await server.waitUntilReady(program.connections.client(of: settings.broker))
            program.logger.info("no broker is set: a Redis server of our own is at \(server.url) until we stop")
        }
        let worker = PDFWorker(&program, pdf: pdf)
        let api = HTTPService(
            configuration,
            settings: settings,
            connections: &program.connections,
            logger: program.logger
        )
        try await program.run(worker.worker, on: [worker.cache], with: [api])
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
