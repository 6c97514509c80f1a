import ArgumentParser
import Celery
import CommandSupport

/// The command `celery-pdf ping`.
struct PingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ping",
        abstract: "Ask workers whether they are there, as health checks do.",
        discussion: """
            The names of those that answer are written as JSON to the standard output:
              celery-pdf ping
              celery-pdf ping celery@%h --timeout 5

            Exit codes: 0 if everybody who was named has answered, or anybody if nobody was; 1 otherwise.
            """
    )

    @Argument(help: "Names of workers, with %h for this host; all workers if there are none.")
    var nodes: [String] = []

    @Option(help: ArgumentHelp("How long to wait for answers.", valueName: "seconds"))
    var timeout = 1.0

    @OptionGroup(title: "Servers") var servers: ServerOptions
    @OptionGroup(title: "Logs") var logs: LogOptions

    func validate() throws {
        guard timeout > 0, timeout < SettingsSource.longestTime else {
            throw ValidationError("--timeout must be a number of seconds above 0.")
        }
    }

    func run() async throws {
        let names = nodes.map(WorkerConfiguration.expand)
        let answered = try await ClientSession.run(servers, logs) { client, _ in
            try await client.control.ping(names.isEmpty ? .everybody : .nodes(names), timeout: .seconds(timeout))
        }
        StandardOutput.write(.array(answered.map { .string($0) }))
        let isWell = names.isEmpty ? !answered.isEmpty : Set(names).isSubset(of: answered)
        guard isWell else { throw ExitCode.failure }
    }
}
