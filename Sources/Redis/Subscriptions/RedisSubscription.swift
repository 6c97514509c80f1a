/// The messages of some channels, for as long as the body of a `subscribe` runs.
///
/// As a sequence it gives the messages only; ``events`` also tells where messages may be missing:
///
/// ```swift
/// try await redis.subscribe(to: ["news"]) { subscription in
///     for try await event in subscription.events {
///         switch event {
///         case .message(let message): show(message)
///         default: await readEverythingAgain()
///         }
///     }
/// }
/// ```
///
/// Reading ends by throwing: ``RedisError/Code/cancelled`` when the task is cancelled,
/// ``RedisError/Code/clientClosed`` when the client is closed, the server's refusal when it is for good. A broken
/// connection does not end it. For one reader: of several, each gets some of the messages.
public struct RedisSubscription: AsyncSequence, Sendable {
    /// What the sequence gives.
    public typealias Element = RedisMessage
    /// What ends the sequence.
    public typealias Failure = RedisError

    /// Reads the messages one after another.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let buffer: SubscriptionBuffer

        /// Waits for the next message.
        ///
        /// - Returns: The message.
        /// - Throws: ``RedisError`` at the end.
        public mutating func next() async throws(RedisError) -> RedisMessage? {
            while true {
                if case .message(let message) = try await buffer.next() { return message }
            }
        }

        /// Waits for the next message.
        ///
        /// - Parameter actor: The caller's actor.
        /// - Returns: The message.
        /// - Throws: ``RedisError`` at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(RedisError) -> RedisMessage? {
            while true {
                if case .message(let message) = try await buffer.next() { return message }
            }
        }
    }

    /// The messages, and between them what happened to the connection and to the buffer.
    public struct Events: AsyncSequence, Sendable {
        /// What the sequence gives.
        public typealias Element = RedisSubscriptionEvent
        /// What ends the sequence.
        public typealias Failure = RedisError

        /// Reads the events one after another.
        public struct Iterator: AsyncIteratorProtocol {
            fileprivate let buffer: SubscriptionBuffer

            /// Waits for the next event.
            ///
            /// - Returns: The event.
            /// - Throws: ``RedisError`` at the end.
            public mutating func next() async throws(RedisError) -> RedisSubscriptionEvent? {
                try await buffer.next()
            }

            /// Waits for the next event.
            ///
            /// - Parameter actor: The caller's actor.
            /// - Returns: The event.
            /// - Throws: ``RedisError`` at the end.
            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws(RedisError) -> RedisSubscriptionEvent? {
                try await buffer.next()
            }
        }

        fileprivate let buffer: SubscriptionBuffer

        /// Starts reading.
        ///
        /// - Returns: A reader.
        public func makeAsyncIterator() -> Iterator { Iterator(buffer: buffer) }
    }

    private let buffer: SubscriptionBuffer
    private let router: SubscriptionRouter

    init(buffer: SubscriptionBuffer, router: SubscriptionRouter) {
        self.buffer = buffer
        self.router = router
    }

    /// The messages, and between them what happened to the connection and to the buffer.
    public var events: Events { Events(buffer: buffer) }

    /// The number that the connection of the subscriptions has at the server now (`CLIENT ID`).
    ///
    /// For `CLIENT TRACKING … REDIRECT`. Another one after ``RedisSubscriptionEvent/reconnected``; nil while there is
    /// no connection.
    public var clientID: Int64? { router.clientID }

    /// Starts reading.
    ///
    /// - Returns: A reader.
    public func makeAsyncIterator() -> Iterator { Iterator(buffer: buffer) }
}
