public import Celery
public import Logging
public import Redis

/// A broker on Redis that shares its queues with Celery workers and producers of any language.
public struct RedisBroker: Broker {
    let redis: RedisClient
    let keys: KeyNames

    /// Makes a broker.
    ///
    /// - Parameters:
    ///   - redis: The server, Redis 6.2 or later.
    ///   - keyPrefix: kombu's `global_keyprefix`.
    public init(_ redis: RedisClient, keyPrefix: String = "") {
        self.redis = redis
        self.keys = KeyNames(brokerPrefix: keyPrefix)
    }

    /// Makes queues known to every program that routes by exchange name.
    public func declare(_ queues: [QueueName]) async throws {
        guard !queues.isEmpty else { return }
        // kombu/transport/redis.py, _queue_bind: both tables, or kombu 5.7 may sweep the first one away.
        let commands = queues.flatMap { queue in
            let member = KeyNames.binding(routingKey: queue.rawValue, queue: queue)
            return [
                RawCommand("SADD", keys.bindings(queue.rawValue), member),
                RawCommand("SADD", keys.permanentBindings(queue.rawValue), member),
            ]
        }
        _ = try await mappingErrors { try await redis.transaction(commands) }
    }

    /// Puts messages into their queues, all of them or none.
    public func publish(_ messages: [OutgoingMessage]) async throws {
        let commands = messages.map { outgoing in
            RawCommand("LPUSH", keys.list(outgoing), outgoing.message.envelope())
        }
        try await mappingErrors {
            if commands.count == 1, let only = commands.first {
                _ = try await redis.send(only)
            } else if !commands.isEmpty {
                _ = try await redis.transaction(commands)
            }
        }
    }

    /// Makes effects true, in one step if the results are kept on the same server.
    public func perform(_ effects: [Effect], storingIn results: any ResultBackend) async throws {
        guard let backend = results as? RedisResultBackend, backend.redis === redis else {
            return try await performInSteps(effects, storingIn: results)
        }
        let script = CompleteScript(
            unacked: keys.unacked,
            unackedIndex: keys.unackedIndex,
            tags: [],
            operations: EffectOperations(effects, broker: keys, backend: backend)
        )
        _ = try await mappingErrors { try await redis.evaluate(script) }
    }

    /// Makes a consumer.
    public func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer {
        RedisConsumer(redis: redis, keys: keys, configuration: configuration, logger: logger)
    }
}

extension KeyNames {
    /// The list that a message goes to.
    func list(_ outgoing: OutgoingMessage) -> String {
        list(outgoing.queue, priority: outgoing.message.properties.priority)
    }
}
