/// The tie of a queue to an exchange.
public struct QueueBinding: Sendable, Hashable {
    /// The exchange.
    public var exchange: Exchange
    /// The routing key, or the pattern of routing keys for topic exchanges.
    public var routingKey: String

    /// Ties a queue to an exchange.
    ///
    /// - Parameters:
    ///   - exchange: The exchange.
    ///   - routingKey: The routing key, or the pattern of routing keys for topic exchanges.
    public init(_ exchange: Exchange, routingKey: String = "") {
        self.exchange = exchange
        self.routingKey = routingKey
    }
}
