/// How the PDF tasks work.
public struct PDFTaskSettings: Sendable {
    /// How documents are read, cut and indexed.
    public var pipeline: PDFPipeline.Settings
    /// How long documents stay in Redis.
    public var lifetime: Duration
    /// The language of the progress messages.
    public var language: ProgressMessages
    /// The directories below which files may be read, symbolic links resolved; everything when empty.
    public var roots: [String]

    /// Makes settings.
    ///
    /// - Parameters:
    ///   - pipeline: How documents are read, cut and indexed.
    ///   - lifetime: How long documents stay in Redis.
    ///   - language: The language of the progress messages.
    ///   - roots: The directories below which files may be read; everything when empty.
    public init(
        pipeline: PDFPipeline.Settings = .init(),
        lifetime: Duration = .seconds(3600),
        language: ProgressMessages = .chinese,
        roots: [String] = []
    ) {
        self.pipeline = pipeline
        self.lifetime = lifetime
        self.language = language
        self.roots = roots
    }
}
