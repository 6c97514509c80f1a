import ArgumentParser
import Celery
import CeleryRedis
import CommandSupport
import Foundation

/// The command `celery-pdf dead-letters`.
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "Show the messages that workers have set aside, or send them back to their queues.",
        discussion: """
            One line of JSON each, the newest first, without arguments:
              celery-pdf dead-letters
              celery-pdf dead-letters --requeue 6f0b9b8e-54a1-4c5c-9b0f-2e7a2f1c8d11
              celery-pdf dead-letters --requeue-all

            With --requeue and --requeue-all, those that were sent back are shown. Exit codes: 0, or 1 if a task that was \
            named is not among them, or for an error.
            """
    )

    @Option(name: .customLong("requeue"), help: ArgumentHelp("Send the message of this task back.", valueName: "id"))
    var requeued: [String] = []

    @Flag(help: "Send back all whose queue is known.")
    var requeueAll = false

    @OptionGroup(title: "Servers") var servers: ServerOptions
    @OptionGroup(title: "Logs") var logs: LogOptions

    func validate() throws {
        guard requeued.isEmpty || !requeueAll else {
            throw ValidationError("--requeue names tasks and --requeue-all takes all: use one of them.")
        }
    }

    func run() async throws {
        let letters = try await ClientSession.run(servers, logs) { _, broker in
            guard requeueAll || !requeued.isEmpty else { return try await broker.deadLetters() }
            let ids = Set(requeued.map { TaskID($0) })
            return try await broker.requeueDeadLetters { letter in
                requeueAll || letter.taskID.map(ids.contains) ?? false
            }
        }
        for letter in letters { StandardOutput.write(letter.report) }
        let found = Set(letters.compactMap(\.taskID?.rawValue))
        guard requeued.allSatisfy(found.contains) else { throw ExitCode.failure }
    }
}

extension DeadLetter {
    /// What is shown of it.
    fileprivate var report: JSONValue {
        [
            "task_id": taskID.map { .string($0.rawValue) } ?? .null,
            "task": taskName.map { .string($0) } ?? .null,
            "queue": queue.map { .string($0.rawValue) } ?? .null,
            "reason": .string(reason),
            "time": .double(date.timeIntervalSince1970),
        ]
    }
}
