package import ArgumentParser

/// Which message bodies are read, and how they are written.
package struct ContentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The serializers to read, separated by commas: json, msgpack, yaml, auth; json if not given.",
            valueName: "names"
        )
    )
    package var acceptContent: [String] = []

    @Option(help: ArgumentHelp("How bodies are written: json, the default, msgpack, yaml or auth.", valueName: "name"))
    package var taskSerializer: String?

    @Option(
        help: ArgumentHelp(
            "How bodies are compressed: gzip, zstd, bzip2, lzma or brotli; not at all if not given.",
            valueName: "name"
        )
    )
    package var taskCompression: String?

    /// Makes the group.
    package init() {}

    /// The settings that were given.
    package var flags: Flags {
        var flags = Flags()
        flags.add(.acceptContent, list: acceptContent)
        flags.add(.taskSerializer, taskSerializer)
        flags.add(.taskCompression, taskCompression)
        return flags
    }
}
