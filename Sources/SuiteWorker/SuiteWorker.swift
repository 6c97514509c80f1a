import ArgumentParser
import Celery
import CommandSupport
import Foundation
import Logging
import Redis

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

        @OptionGroup(title: "Servers") var servers: ServerOptions
        @OptionGroup(title: "Worker") var options: WorkerOptions
        @OptionGroup var absent: AbsentOptions
        @OptionGroup(title: "Logs") var logs: LogOptions

        func run() async throws {
            var flags = servers.flags
            flags.add(options.flags)
            flags.add(logs.flags)
            let source = try await SettingsSource(flags: flags, environment: ProcessInfo.processInfo.environment)
            let settings = try await Settings(from: source)
            let children = PoolChildEnvironment.prepare(logging: settings.logging)
            var configuration = try await WorkerSettings(from: source, children: children).configuration
            // The configuration of the suite's own application.
            configuration.acknowledgement = .early
            configuration.control.settings = [
                "broker_heartbeat": 0, "worker_hijack_root_logger": false, "worker_log_color": false,
                "accept_content": ["json"], "enable_utc": true, "timezone": "UTC", "deprecated_settings": nil,
            ]
            settings.logging.bootstrap()
            let logger = Logger(label: "suite-worker")
            var connections = Connections(settings, logger: logger)
            var worker = Worker(
                broker: connections.broker(),
                results: connections.results(),
                configuration: configuration,
                logger: logger
            )
            let redis = SuiteRedis(logger: logger)
            worker.registerSuiteTasks(redis)
            try await SignalledRun(
                foundation: connections.all + [redis.client],
                services: [worker],
                drainTimeout: configuration.drainTimeout,
                logger: logger
            ).run()
        }
    }

    /// Runs tasks for the worker that started it.
    struct PoolChild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: PoolChildEnvironment.command,
            shouldDisplay: false
        )

        func run() async throws {
            let source = try await PoolChildEnvironment.source()
            let logger = try await PoolChildEnvironment.enter(label: "suite-worker", source: source)
            var worker = Worker(broker: MemoryBroker(), results: MemoryResultBackend(), logger: logger)
            worker.registerSuiteTasks(SuiteRedis(logger: logger))
            try await worker.run()
        }
    }
}
