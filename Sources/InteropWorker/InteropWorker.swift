import ArgumentParser
import Celery
import CommandSupport
import Foundation

/// A worker whose tasks exist to be tested from Python.
@main
struct InteropWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interop-worker",
        abstract: "A worker with tasks for tests of interoperability.",
        subcommands: [Run.self, PoolChild.self]
    )

    static func main() async {
        FileTracer.bootstrapIfWanted()
        await runProgram(Array(CommandLine.arguments.dropFirst()))
    }

    /// Takes tasks from a broker.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "worker", abstract: "Start the worker.")

        @OptionGroup var options: WorkerProgramOptions

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let source = try await SettingsSource(flags: options.flags, environment: environment)
            var program = try await WorkerProgram("interop-worker", Settings(from: source))
            var worker = program.makeWorker(middleware: [TracingMiddleware()])
            worker.registerInteropTasks()
            try await program.run(worker)
        }
    }

    /// Runs tasks for the worker that started it.
    struct PoolChild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: PoolChildEnvironment.command,
            shouldDisplay: false
        )

        func run() async throws {
            try await WorkerProgram.runChild("interop-worker", PoolChildEnvironment.source()) { worker, _ in
                worker.registerInteropTasks()
            }
        }
    }
}
