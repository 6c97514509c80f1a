package import ArgumentParser

/// The flags of a program that is a worker.
package struct WorkerProgramOptions: ParsableArguments {
    @OptionGroup(title: "Servers") package var servers: ServerOptions
    @OptionGroup(title: "Worker") package var worker: WorkerOptions
    @OptionGroup package var absent: AbsentOptions
    @OptionGroup(title: "Process") package var process: ProcessOptions
    @OptionGroup(title: "Logs") package var logs: LogOptions

    /// Makes the group.
    package init() {}

    /// The settings that were given.
    package var flags: Flags {
        var flags = servers.flags
        flags.add(worker.flags)
        flags.add(process.flags)
        flags.add(logs.flags)
        return flags
    }
}
