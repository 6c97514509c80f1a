import ArgumentParser
import CommandSupport

/// Whether to wait for a task's end.
struct WaitOptions: ParsableArguments {
    @Flag(help: "Wait until the task has ended.")
    var wait = false

    @Option(help: ArgumentHelp("Wait at most so long; implies --wait.", valueName: "seconds"))
    var timeout: Double?

    func validate() throws {
        if let timeout, !(timeout >= 0) { throw ValidationError("--timeout is a number of seconds from 0 on.") }
    }

    var waiting: ResultReport.Waiting {
        if let timeout { return .upTo(timeout < SettingsSource.longestTime ? .seconds(timeout) : nil) }
        return wait ? .upTo(nil) : .no
    }
}
