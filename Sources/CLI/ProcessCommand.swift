import ArgumentParser
import Celery
import CommandSupport
import Foundation
import PDFTasks

/// The command `celery-pdf process`.
struct ProcessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "process",
        abstract: "Turn a PDF into chunks, here and now, without any server.",
        discussion: """
            What the task does, written as JSON to the standard output:
              celery-pdf process report.pdf
              celery-pdf process report.pdf --chunks | jq -r '.[].text'
              celery-pdf process report.pdf --id 42 --chunks --output chunks.json
            """
    )

    @Argument(help: "The PDF file.", completion: .file(extensions: ["pdf"]))
    var file: String

    @Option(help: ArgumentHelp("What chunk identifiers begin with; the file's name if not given.", valueName: "id"))
    var id: String?

    @Flag(help: "Write the chunks, as they stand under pdf:ID:chunks in Redis, instead of the summary.")
    var chunks = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write to a file instead of the standard output.", valueName: "file")
    )
    var output: String?

    @Flag(help: "Show no progress.")
    var quiet = false

    @Option(help: ArgumentHelp("A JSON file with settings (CELERY_PDF_CONFIG).", valueName: "file"))
    var config: String?

    @OptionGroup var cutting: ChunkOptions

    func run() async throws {
        var flags = cutting.flags
        flags.add(.configFile, config)
        let source = try await SettingsSource(flags: flags)
        let pipeline = PDFPipeline(settings: try await PDFSettings.pipeline(from: source))
        if let warning = PopplerData.warning { StandardError.write("Warning: \(warning)\n") }
        let pdfID = id ?? URL(filePath: file).deletingPathExtension().lastPathComponent
        let bar = ProgressBar(isShown: !quiet && StandardError.isTerminal)
        let document: ProcessedDocument
        do {
            document = try await pipeline.process(path: file, pdfID: pdfID) { done, total in
                bar.show(done, of: total)
            }
        } catch let error as PDFError {
            bar.clear()
            throw CommandError(error.message)
        }
        bar.clear()
        let encoder = JSONValueEncoder()
        let value = try chunks ? encoder.encode(document.chunks) : summary(document, pdfID, encoder)
        try write(value)
    }

    private func summary(
        _ document: ProcessedDocument,
        _ pdfID: String,
        _ encoder: JSONValueEncoder
    ) throws -> JSONValue {
        var members: JSONObject = ["status": "success", "pdf_id": .string(pdfID)]
        for (key, value) in try encoder.encode(document.metadata).objectValue ?? [:] { members[key] = value }
        return .object(members)
    }

    private func write(_ value: JSONValue) throws {
        guard let output else { return StandardOutput.write(value) }
        do {
            try Data(value.serialized(.pythonUnicode) + [UInt8(ascii: "\n")]).write(to: URL(filePath: output))
        } catch {
            throw CommandError("\(output) cannot be written: \(error.localizedDescription)")
        }
    }
}
