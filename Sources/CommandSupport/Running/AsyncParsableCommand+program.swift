package import ArgumentParser
import Foundation

extension AsyncParsableCommand {
    /// Runs a program: parses, runs the command and ends the process if that fails.
    ///
    /// Exit codes: 0, 1 for failures, 64 (`EX_USAGE`) for flags and settings that cannot be used, 73 (`EX_CANTCREAT`) for a
    /// pid file that another process holds.
    ///
    /// - Parameter arguments: The arguments without the program's name; the options of the program may stand before the
    ///   command, as in `celery -A app worker`.
    package static func runProgram(_ arguments: [String]) async {
        do {
            let arguments = ArgumentOrder.commandFirst(ArgumentOrder.valuesApart(arguments), commands: commandNames)
            var command = try await asyncParseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as SettingsError {
            StandardError.write("Error: \(error)\n")
            Foundation.exit(EX_USAGE)
        } catch let error as CommandError {
            StandardError.write("Error: \(error)\n")
            Foundation.exit(error.exitCode)
        } catch {
            exit(withError: error)
        }
    }

    private static var commandNames: Set<String> {
        Set(
            configuration.subcommands.flatMap { command in
                [command.configuration.commandName].compactMap(\.self) + command.configuration.aliases
            }
        )
    }
}
