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
            With REMAP_SIGTERM=SIGQUIT, TERM does that at once. The exit code is 0 in all these cases. HUP restarts the \
            worker unless it writes to a terminal, USR1 logs what it does at the moment.
            """
    )

    @OptionGroup var options: WorkerProgramOptions
    @OptionGroup(title: "Documents") var documents: PDFOptions

    func run() async throws {
        var flags = options.flags
        flags.add(documents.flags)
        let source = try await SettingsSource(flags: flags)
        let settings = try await Settings(from: source)
        let pdf = try await PDFSettings(from: source, results: settings.results)
        var program = try await WorkerProgram("celery-pdf", settings, childSettings: pdf.childSettings)
        if let app = options.servers.app { program.logger.debug("-A \(app) has no effect: the tasks are compiled in") }
        let worker = PDFWorker(&program, pdf: pdf)
        try await program.run(worker.worker, on: [worker.cache])
    }
}
