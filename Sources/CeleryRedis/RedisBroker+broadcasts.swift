public import Celery
import Redis

extension RedisBroker {
    /// Publishes on the channel of a fanout exchange.
    @discardableResult
    public func broadcast(_ message: Message, exchange: String, routingKey: String) async throws -> Int {
        let channel = keys.channel(exchange, routingKey: routingKey)
        return try await mappingErrors {
            try await redis.send(RawCommand("PUBLISH", channel, message.envelope())).decodeInt()
        }
    }

    /// Subscribes to the channels of fanout exchanges.
    ///
    /// All subscriptions of a client share one connection.
    public func withBroadcasts<R: Sendable>(
        of topics: [BroadcastTopic],
        _ body: @Sendable (Broadcasts) async throws -> R
    ) async throws -> R {
        let names = topics.map { topic in
            let channel = keys.channel(topic.exchange, routingKey: topic.routingKey)
            return (channel, isPattern: channel.contains("*"))
        }
        let prefix = keys.channel("", routingKey: "")
        return try await mappingErrors {
            try await redis.subscribe(
                to: names.filter { !$0.isPattern }.map(\.0),
                patterns: names.filter(\.isPattern).map(\.0)
            ) { subscription in
                try await body(
                    Broadcasts {
                        var events = subscription.events.makeAsyncIterator()
                        return try await mappingErrors {
                            switch try await events.next() {
                            case .message(let message): .message(Broadcast(message, prefix: prefix))
                            case .reconnected, .overflow: .gap
                            case nil: nil
                            }
                        }
                    }
                )
            }
        }
    }
}

extension Broadcast {
    /// Takes a channel's name apart: the exchange, and the routing key after a slash.
    fileprivate init(_ message: RedisMessage, prefix: String) {
        let name = message.channel.dropFirst(prefix.count)
        let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            exchange: String(parts[0]),
            routingKey: parts.count > 1 ? String(parts[1]) : "",
            envelope: message.payload
        )
    }
}
