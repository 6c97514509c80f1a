/// How an exchange chooses the queues that get a message.
public enum ExchangeType: String, Sendable, Hashable, Codable {
    /// Those bound with the message's routing key.
    case direct
    /// Those whose binding's pattern fits the routing key: `*` is one word, `#` any number of characters.
    case topic
    /// All of them, each consumer its own copy; on Redis a message that nobody listens for is gone.
    case fanout
}

/// A name that messages are sent to, from where they go into queues.
public struct Exchange: Sendable, Hashable {
    /// Its name; empty for the one that leads to the queue named by the routing key.
    public var name: String
    /// How it chooses.
    ///
    /// Redis does not keep it: every program has to declare the same.
    public var type: ExchangeType
    /// Whether it is said to survive a restart of the server; Redis does not care.
    public var isDurable: Bool
    /// Whether it is said to go with its last queue; Redis does not care.
    public var isAutoDeleted: Bool

    /// Makes an exchange.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - type: How it chooses.
    ///   - isDurable: Whether it is said to survive a restart of the server.
    ///   - isAutoDeleted: Whether it is said to go with its last queue.
    public init(
        _ name: String,
        type: ExchangeType = .direct,
        isDurable: Bool = true,
        isAutoDeleted: Bool = false
    ) {
        self.name = name
        self.type = type
        self.isDurable = isDurable
        self.isAutoDeleted = isAutoDeleted
    }
}
