import ArgumentParser
import Celery
import CommandSupport

/// The command `celery-pdf result`.
struct ResultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "result",
        abstract: "Show the state and the result of a task.",
        discussion: """
            The stored document is written as JSON to the standard output:
              celery-pdf result 6f0b9b8e-54a1-4c5c-9b0f-2e7a2f1c8d11
              celery-pdf result 6f0b9b8e-54a1-4c5c-9b0f-2e7a2f1c8d11 --timeout 60

            \(ResultReport.explanation) A task that nobody knows is PENDING.
            """
    )

    @Argument(help: "The task's id.")
    var id: String

    @OptionGroup var waiting: WaitOptions
    @OptionGroup(title: "Servers") var servers: ServerOptions
    @OptionGroup(title: "Logs") var logs: LogOptions

    func run() async throws {
        try await ClientSession.run(servers, logs) { client, _ in
            try await ResultReport.write(client.result(TaskID(id)), waiting: waiting.waiting)
        }
    }
}
