extension RedisClient {
    /// Runs `body` with the messages of channels.
    ///
    /// All subscriptions of a client share one connection. `body` begins after the server has confirmed everything;
    /// leaving it ends the subscription on every path. When the connection breaks it is made anew, and everything is
    /// subscribed again: see ``RedisSubscription/events``.
    ///
    /// - Parameters:
    ///   - channels: The channels' names.
    ///   - patterns: Globs that channels' names match, as `PSUBSCRIBE` takes them.
    ///   - buffering: How many messages wait for a slow reader, and which are lost when there are more.
    ///   - body: Reads the messages.
    /// - Returns: What `body` returns.
    /// - Throws: ``RedisError`` when the server does not confirm, and what `body` throws.
    public func subscribe<R>(
        to channels: [String] = [],
        patterns: [String] = [],
        buffering: SubscriptionBuffering = SubscriptionBuffering(),
        _ body: (RedisSubscription) async throws -> R
    ) async throws -> R {
        var topics = Set(channels.map { SubscriptionState.Topic(kind: .channel, name: $0) })
        topics.formUnion(patterns.map { SubscriptionState.Topic(kind: .pattern, name: $0) })
        let timeout = configuration.commandTimeout
        let (buffer, id) = try await hub.begin(topics, buffering: buffering, timeout: timeout)
        defer { hub.end(id) }
        return try await body(RedisSubscription(buffer: buffer, router: hub.router))
    }
}
