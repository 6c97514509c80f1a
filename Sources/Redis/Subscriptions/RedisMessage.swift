/// A message of a channel.
public struct RedisMessage: Sendable, Hashable {
    /// The channel it was sent to.
    public var channel: String
    /// The pattern by which it was received; nil when the channel itself was subscribed to.
    public var pattern: String?
    /// What was sent.
    ///
    /// For `__redis__:invalidate`, whose messages are lists of keys, there is one message for each key, and one with
    /// an empty payload when everything was flushed.
    public var payload: [UInt8]

    /// Creates a message.
    ///
    /// - Parameters:
    ///   - channel: The channel it was sent to.
    ///   - pattern: The pattern by which it was received.
    ///   - payload: What was sent.
    public init(channel: String, pattern: String? = nil, payload: [UInt8]) {
        self.channel = channel
        self.pattern = pattern
        self.payload = payload
    }
}

/// What a subscription tells its reader.
@nonexhaustive
public enum RedisSubscriptionEvent: Sendable, Hashable {
    /// A message came.
    case message(RedisMessage)
    /// The connection was lost and is back, with everything subscribed again; messages in between are lost.
    case reconnected
    /// The reader was too slow, and this many messages are lost.
    case overflow(dropped: Int)
}

/// How many messages wait for a slow reader, and which are lost when there are more.
public struct SubscriptionBuffering: Sendable, Hashable {
    /// What is lost when there is no room.
    @nonexhaustive
    public enum Overflow: Sendable, Hashable {
        /// The messages that wait longest: for readers who want to know the latest.
        case dropOldest
        /// The messages that come: for readers who want no gap before what they read next.
        case dropNewest
    }

    /// How many messages may wait.
    public var maximumMessages: Int
    /// How many bytes of payload may wait; a single larger message still passes.
    public var maximumBytes: Int
    /// What is lost when there is no room.
    public var overflow: Overflow

    /// Creates a policy.
    ///
    /// - Parameters:
    ///   - maximumMessages: How many messages may wait, at least 1.
    ///   - maximumBytes: How many bytes of payload may wait.
    ///   - overflow: What is lost when there is no room.
    public init(
        maximumMessages: Int = 10_000,
        maximumBytes: Int = 16 * 1024 * 1024,
        overflow: Overflow = .dropOldest
    ) {
        self.maximumMessages = max(maximumMessages, 1)
        self.maximumBytes = maximumBytes
        self.overflow = overflow
    }
}
