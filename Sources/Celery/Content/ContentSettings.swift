/// Which bodies a program reads, and how it writes its own.
public struct ContentSettings: Sendable, Hashable {
    /// The serializers that are read (`accept_content`); `json` alone by default.
    ///
    /// A message in any other ends in a stored FAILURE, `ContentDisallowed`, and in the dead-letter list.
    public var accepted: Set<Serializer>
    /// How bodies are written (`task_serializer`), unless a call says otherwise.
    ///
    /// A retry with the same arguments keeps its body as it came, whatever that is.
    public var serializer: Serializer
    /// How bodies are compressed (`task_compression`), unless a call says otherwise; not at all when nil.
    public var compression: Compression?
    /// How many bytes a compressed body may hold, 256 MiB by default.
    public var maximumBodySize: Int

    /// Makes settings; the defaults are Celery's.
    public init(
        accepted: Set<Serializer> = [.json],
        serializer: Serializer = .json,
        compression: Compression? = nil,
        maximumBodySize: Int = 256 << 20
    ) {
        self.accepted = accepted
        self.serializer = serializer
        self.compression = compression
        self.maximumBodySize = maximumBodySize
    }

    /// Takes everything that can be read: for bodies that a worker has accepted already.
    static let trusting = ContentSettings(accepted: Set(Serializer.allCases), maximumBodySize: .max)
}
