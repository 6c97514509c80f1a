public import Foundation

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
    /// Who signs and whose signatures are believed; where there is none, nothing is read or written by the serializer
    /// ``Serializer/auth``.
    public var security: MessageSecurity?
    /// Whether signatures were verified before.
    private(set) var isVerified = false
    /// In which time zone the times of messages and results are written (`timezone`, `enable_utc`); in UTC when nil.
    ///
    /// They mean the same moment, whichever it is.
    public var timeZone: TimeZone?

    /// Makes settings; the defaults are Celery's.
    public init(
        accepted: Set<Serializer> = [.json],
        serializer: Serializer = .json,
        compression: Compression? = nil,
        maximumBodySize: Int = 256 << 20,
        security: MessageSecurity? = nil,
        timeZone: TimeZone? = nil
    ) {
        self.accepted = accepted
        self.serializer = serializer
        self.compression = compression
        self.maximumBodySize = maximumBodySize
        self.security = security
        self.timeZone = timeZone
    }

    /// Takes everything that can be read: for bodies that a worker has accepted already.
    static let trusting = {
        var settings = ContentSettings(accepted: Set(Serializer.allCases), maximumBodySize: .max)
        settings.isVerified = true
        return settings
    }()

    /// Reads what a serializer that is accepted has written.
    func decode(_ bytes: [UInt8], by serializer: Serializer) throws(ContentError) -> JSONValue {
        if isVerified, serializer == .auth { return try SignedContent(unpacking: bytes).value() }
        return try serializer.decode(bytes, security: security)
    }
}
