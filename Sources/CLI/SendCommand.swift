import ArgumentParser
import Celery
import CommandSupport
import Foundation

/// The command `celery-pdf send`.
struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send a task, to a worker of any language.",
        discussion: """
            Its id is written as JSON to the standard output, with --wait its result:
              celery-pdf send process_pdf_task --args '["/data/report.pdf", "42"]' --wait
              celery-pdf send proj.add --kwargs '{"x": 2, "y": 3}' --queue math

            With --wait: \(ResultReport.explanation)
            """,
        aliases: ["call"]
    )

    @Argument(help: "The task's registered name.")
    var task: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Positional arguments, a JSON array.", valueName: "json"))
    var args = "[]"

    @Option(name: .shortAndLong, help: ArgumentHelp("Keyword arguments, a JSON object.", valueName: "json"))
    var kwargs = "{}"

    @Option(help: ArgumentHelp("The queue to send it to; celery if not given.", valueName: "name"))
    var queue: String?

    @Option(help: ArgumentHelp("The task's id; a new one if not given.", valueName: "id"))
    var taskID: String?

    @Option(help: ArgumentHelp("Run it so much later.", valueName: "seconds"))
    var countdown: Double?

    @Option(help: ArgumentHelp("Run it only within so much time from now.", valueName: "seconds"))
    var expires: Double?

    @Option(help: ArgumentHelp("From 0 to 9; on Redis 0 is read first.", valueName: "number"))
    var priority = 0

    @OptionGroup var waiting: WaitOptions
    @OptionGroup(title: "Servers") var servers: ServerOptions
    @OptionGroup(title: "Logs") var logs: LogOptions

    func validate() throws {
        _ = try (positional, keywords)
        for (flag, time) in [("--countdown", countdown), ("--expires", expires)] {
            if let time, !(time >= 0 && time < SettingsSource.longestTime) {
                throw ValidationError("\(flag) must be a number of seconds, not below 0.")
            }
        }
        guard (0...9).contains(priority) else { throw ValidationError("--priority must be from 0 to 9.") }
        guard !task.isEmpty else { throw ValidationError("The task must have a name.") }
    }

    func run() async throws {
        let (args, kwargs) = try (positional, keywords)
        try await ClientSession.run(servers, logs) { client, _ in
            let result = try await client.send(task, args: args, kwargs: kwargs, options: options)
            if case .no = waiting.waiting {
                StandardOutput.write(["task_id": .string(result.id.rawValue)])
            } else {
                try await ResultReport.write(result, waiting: waiting.waiting)
            }
        }
    }

    private var options: SendOptions {
        SendOptions(
            taskID: taskID.map(TaskID.init(rawValue:)),
            queue: queue.map(QueueName.init(rawValue:)),
            countdown: countdown.map { .seconds($0) },
            expiresIn: expires.map { .seconds($0) },
            priority: priority
        )
    }

    private var positional: [JSONValue] {
        get throws {
            guard let array = try parse(args, "--args").arrayValue else {
                throw ValidationError("--args must be a JSON array, such as '[2, 3]'.")
            }
            return array
        }
    }

    private var keywords: JSONObject {
        get throws {
            guard let object = try parse(kwargs, "--kwargs").objectValue else {
                throw ValidationError("--kwargs must be a JSON object, such as '{\"x\": 2}'.")
            }
            return object
        }
    }

    private func parse(_ text: String, _ flag: String) throws -> JSONValue {
        do {
            return try JSONValue(parsing: Array(text.utf8))
        } catch {
            throw ValidationError("\(flag) is not JSON: \(error)")
        }
    }
}
