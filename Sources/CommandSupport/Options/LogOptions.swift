package import ArgumentParser

/// How to log.
package struct LogOptions: ParsableArguments {
    @Option(
        name: [.customShort("l"), .customLong("loglevel")],
        help: ArgumentHelp(
            "debug, info, warning, error or critical, in any case (CELERY_LOG_LEVEL).",
            valueName: "level"
        )
    )
    package var level: String?

    @Option(
        name: .customLong("log-format"),
        help: ArgumentHelp("text, as Celery writes it, or json (CELERY_LOG_FORMAT).", valueName: "format")
    )
    package var format: String?

    @Flag(name: [.customShort("C"), .customLong("no-color")], help: .hidden)
    package var noColor = false

    /// Makes the group.
    package init() {}

    /// The settings that were given.
    package var flags: Flags {
        var flags = Flags()
        flags.add(.logLevel, level)
        flags.add(.logFormat, format)
        return flags
    }
}
