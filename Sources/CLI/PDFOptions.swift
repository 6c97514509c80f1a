import ArgumentParser
import CommandSupport
import Configuration

/// How PDFs are cut into chunks.
struct ChunkOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The most tokens of a chunk; 512 if not given.", valueName: "number"))
    var maxTokens: Int?

    @Option(
        help: ArgumentHelp("The tokens that a chunk repeats of the one before; 50 if not given.", valueName: "number")
    )
    var overlap: Int?

    var flags: Flags {
        var flags = Flags()
        flags.add(.maxTokens, maxTokens)
        flags.add(.overlap, overlap)
        return flags
    }
}

/// Which PDFs may be read.
struct RootOptions: ParsableArguments {
    @Option(
        name: .customLong("root"),
        help: ArgumentHelp(
            "A folder below which PDFs may be read; repeat it for more. Without one, any file (CELERY_PDF_ROOTS).",
            valueName: "folder"
        )
    )
    var roots: [String] = []

    var flags: Flags {
        var flags = Flags()
        // One flag for each: the path of a folder may have commas.
        if !roots.isEmpty { flags[.roots] = .stringArray(roots) }
        return flags
    }
}

/// Which PDFs may be read, and where the chunks go.
struct PDFOptions: ParsableArguments {
    @OptionGroup var roots: RootOptions

    @Option(
        help: ArgumentHelp(
            "The Redis server for chunks and search indexes; the result backend if not given.",
            valueName: "url"
        )
    )
    var cacheURL: String?

    @Option(help: ArgumentHelp("How long chunks are kept; 3600 if not given.", valueName: "seconds"))
    var ttl: Double?

    @Option(help: ArgumentHelp("The language of progress messages: zh, the default, or en.", valueName: "language"))
    var language: String?

    @OptionGroup var chunks: ChunkOptions

    var flags: Flags {
        var flags = chunks.flags
        flags.add(roots.flags)
        flags.add(.cacheURL, cacheURL)
        flags.add(.lifetime, ttl)
        flags.add(.language, language)
        return flags
    }
}
