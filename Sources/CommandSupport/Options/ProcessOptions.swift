package import ArgumentParser

/// What a worker leaves in files, and what it says when it starts.
package struct ProcessOptions: ParsableArguments {
    @Option(
        name: [.customShort("f"), .customLong("logfile")],
        help: ArgumentHelp(
            "The file that logs are appended to, made anew when it was moved; %n is the node's name, %h its host.",
            valueName: "file"
        )
    )
    package var logfile: String?

    @Option(
        help: ArgumentHelp(
            "The file that holds the number of this process as long as it runs; %n and %h as in --logfile.",
            valueName: "file"
        )
    )
    package var pidfile: String?

    @Option(
        name: [.customShort("S"), .customLong("statedb")],
        help: ArgumentHelp(
            "Accepted and not needed: what Celery keeps in this file, the broker keeps.",
            discussion: "Revoked tasks and the logical clock survive a restart of all workers without it.",
            valueName: "file"
        )
    )
    package var statedb: String?

    @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Print no banner.")
    package var quiet = false

    /// Makes the group.
    package init() {}

    /// The settings that were given.
    package var flags: Flags {
        var flags = Flags()
        flags.add(.logFile, logfile)
        flags.add(.pidFile, pidfile)
        flags.add(.quiet, quiet)
        return flags
    }
}
