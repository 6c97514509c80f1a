package import ArgumentParser

/// Which servers to use.
package struct ServerOptions: ParsableArguments {
    @Option(
        name: [.customShort("b"), .customLong("broker")],
        help: ArgumentHelp(
            "Where messages are: redis://, rediss://, redis+socket:// or sentinel:// (CELERY_BROKER_URL).",
            discussion: "Without it REDIS_HOST, REDIS_PORT, REDIS_DB and REDIS_PASSWORD count.",
            valueName: "url"
        )
    )
    package var broker: String?

    @Option(
        help: ArgumentHelp(
            "Where results are kept; the broker's server if not given (CELERY_RESULT_BACKEND).",
            valueName: "url"
        )
    )
    package var resultBackend: String?

    @Option(help: ArgumentHelp("What stands before every key, kombu's global_keyprefix.", valueName: "text"))
    package var keyPrefix: String?

    @Option(
        help: ArgumentHelp("What stands before the keys of results; --key-prefix if not given.", valueName: "text")
    )
    package var resultKeyPrefix: String?

    @Option(help: ArgumentHelp("A JSON file with settings (CELERY_PDF_CONFIG).", valueName: "file"))
    package var config: String?

    @Option(name: [.customShort("A"), .customLong("app")], help: .hidden)
    package var app: String?

    /// Makes the group.
    package init() {}

    /// The settings that were given.
    package var flags: Flags {
        var flags = Flags()
        flags.add(.brokerURL, broker)
        flags.add(.resultBackend, resultBackend)
        flags.add(.brokerKeyPrefix, keyPrefix)
        flags.add(.backendKeyPrefix, resultKeyPrefix)
        flags.add(.configFile, config)
        return flags
    }
}
