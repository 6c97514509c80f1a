/// A message that a fanout exchange brought to everybody who listens.
public struct Broadcast: Sendable, Hashable {
    /// The exchange it was sent to.
    public var exchange: String
    /// The routing key it was sent with; empty where the exchange has none.
    public var routingKey: String
    /// The message as it came, byte for byte.
    public var envelope: [UInt8]

    /// Makes a broadcast.
    public init(exchange: String, routingKey: String, envelope: [UInt8]) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.envelope = envelope
    }
}

/// What somebody listens to: a fanout exchange and the routing keys that matter.
public struct BroadcastTopic: Sendable, Hashable {
    /// The exchange.
    public var exchange: String
    /// The routing key; `*` stands for any text, `worker.*` for all events of workers.
    public var routingKey: String

    /// Makes a topic.
    ///
    /// - Parameters:
    ///   - exchange: The exchange.
    ///   - routingKey: The routing key, in which `*` stands for any text; empty for messages without one.
    public init(exchange: String, routingKey: String = "") {
        self.exchange = exchange
        self.routingKey = routingKey
    }
}

/// What a listener is told.
public enum BroadcastEvent: Sendable, Hashable {
    /// A message came.
    case message(Broadcast)
    /// Messages may have been missed: the connection was lost, or the listener was too slow.
    case gap
}

/// The messages of some topics, for as long as the body of ``Broker/withBroadcasts(of:_:)`` runs; for one reader.
public struct Broadcasts: AsyncSequence, Sendable {
    /// What the sequence gives.
    public typealias Element = BroadcastEvent

    /// Reads the events one after another.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let read: @Sendable () async throws -> BroadcastEvent?

        /// Waits for the next event.
        ///
        /// - Returns: The event, nil when there will be none.
        /// - Throws: ``CeleryError`` with the code `unavailable`, or `CancellationError`.
        public mutating func next() async throws -> BroadcastEvent? { try await read() }
    }

    private let read: @Sendable () async throws -> BroadcastEvent?

    /// Makes a sequence of what a function returns.
    ///
    /// - Parameter next: Waits for the next event; nil when there will be none.
    public init(next: @escaping @Sendable () async throws -> BroadcastEvent?) {
        read = next
    }

    /// Starts reading.
    public func makeAsyncIterator() -> Iterator { Iterator(read: read) }
}
