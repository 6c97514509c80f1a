/// The name of a queue.
public struct QueueName: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// The name as it stands on the wire.
    public let rawValue: String

    /// Takes over a name.
    ///
    /// - Parameter rawValue: The name as it stands on the wire.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Takes over a name.
    ///
    /// - Parameter text: The name as it stands on the wire.
    public init(_ text: String) {
        rawValue = text
    }

    /// Takes over a name.
    ///
    /// - Parameter value: The name as it stands on the wire.
    public init(stringLiteral value: String) {
        rawValue = value
    }

    /// The queue that Celery uses when no other is named.
    public static let celery: QueueName = "celery"

    /// The name as it stands on the wire.
    public var description: String { rawValue }
}
