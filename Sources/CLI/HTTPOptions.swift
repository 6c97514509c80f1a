import ArgumentParser
import CommandSupport
import HTTPAPI
import PDFTasks

/// Where the HTTP API listens.
struct HTTPOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The address to listen on; 127.0.0.1 if not given.", valueName: "address"))
    var host: String?

    @Option(help: ArgumentHelp("The port to listen on; 8000 if not given, 0 for any free one.", valueName: "port"))
    var port: Int?

    var flags: Flags {
        var flags = Flags()
        flags.add(.httpHost, host)
        flags.add(.httpPort, port)
        return flags
    }
}

extension HTTPAPIConfiguration {
    /// Reads the settings.
    ///
    /// - Parameter source: Where they are.
    /// - Throws: ``SettingsError`` when one is not usable.
    init(from source: SettingsSource) async throws {
        self.init(pdfRoots: try await PDFSettings.roots(from: source))
        host = try await source.text(.httpHost) ?? host
        port = try await source.integer(.httpPort, atLeast: 0) ?? port
        guard port <= 65535 else { throw source.wrong(.httpPort, "a port, from 0 to 65535") }
    }
}
