import ArgumentParser
import Celery
import CommandSupport
import Foundation

/// A worker with the tasks of Celery's own integration suite.
@main
struct SuiteWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A worker with the tasks of Celery's integration tests.",
        subcommands: [Run.self, PoolChild.self]
    )

    static func main() async {
        await runProgram(Array(CommandLine.arguments.dropFirst()))
    }

    /// Takes tasks from a broker.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "worker", abstract: "Start the worker.")

        @OptionGroup var options: WorkerProgramOptions

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let source = try await SettingsSource(flags: options.flags, environment: environment)
            var program = try await WorkerProgram("suite-worker", Settings(from: source))
            // The configuration of the suite's own application.
            program.configuration.acknowledgement = .early
            program.configuration.control.settings = [
                "broker_heartbeat": 0, "worker_hijack_root_logger": false, "worker_log_color": false,
                "accept_content": ["json"], "enable_utc": true, "timezone": "UTC", "deprecated_settings": nil,
            ]
            let redis = SuiteRedis(logger: program.logger)
            var worker = program.makeWorker()
            worker.registerSuiteTasks(redis)
            try await program.run(worker, on: [redis.client])
        }
    }

    /// Runs tasks for the worker that started it.
    struct PoolChild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: PoolChildEnvironment.command,
            shouldDisplay: false
        )

        func run() async throws {
            try await WorkerProgram.runChild("suite-worker", PoolChildEnvironment.source()) { worker, logger in
                worker.registerSuiteTasks(SuiteRedis(logger: logger))
            }
        }
    }
}
