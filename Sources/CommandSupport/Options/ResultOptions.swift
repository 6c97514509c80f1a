package import ArgumentParser

/// How results are kept; further settings of this kind have no flags.
package struct ResultOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How long results are kept; 86400 if not given, 0 for ever.", valueName: "seconds"))
    package var resultExpires: Double?

    @Flag(help: "Have results tell of their task's name, arguments, worker, retries and queue.")
    package var resultExtended = false

    @Option(
        help: ArgumentHelp("How results are compressed: gzip, zstd, bzip2, lzma or brotli.", valueName: "name")
    )
    package var resultCompression: String?

    @Option(help: ArgumentHelp("How results are written: json, the default, msgpack, yaml or auth.", valueName: "name"))
    package var resultSerializer: String?

    /// Makes the group.
    package init() {}

    /// The settings that were given.
    package var flags: Flags {
        var flags = Flags()
        flags.add(.resultExpires, resultExpires)
        flags.add(.resultExtended, resultExtended)
        flags.add(.resultCompression, resultCompression)
        flags.add(.resultSerializer, resultSerializer)
        return flags
    }
}
