import ArgumentParser
import CommandSupport

/// The program `celery-pdf`.
@main
struct CeleryPDF: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "celery-pdf",
        abstract: "Turns PDFs into searchable chunks, as a Celery worker, an HTTP service or a plain command.",
        discussion: """
            Try it, without any server running:
              celery-pdf process report.pdf

            Everything at once, with a Redis server of its own if you have none:
              celery-pdf up

            A worker beside your Python workers:
              celery-pdf worker -b redis://localhost:6379/0 -Q pdf -c 4 -l info

            Flags come first, then environment variables (CELERY_BROKER_URL, CELERY_RESULT_BACKEND, ...), then the \
            file given with --config, then the defaults.
            """,
        version: Release.version,
        subcommands: [
            UpCommand.self, WorkerCommand.self, ServeCommand.self, ProcessCommand.self, SendCommand.self,
            ResultCommand.self, PingCommand.self, DeadLettersCommand.self, PoolChildCommand.self,
        ]
    )

    static func main() async {
        await runProgram(Array(CommandLine.arguments.dropFirst()))
    }
}
