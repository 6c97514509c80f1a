public import Celery
public import Logging
public import Redis

/// A broker on Redis that shares its queues with Celery workers and producers of any language.
public struct RedisBroker: Broker {
    let redis: RedisClient
    let keys: KeyNames
    let declared = DeclaredQueues()

    /// Makes a broker.
    ///
    /// - Parameters:
    ///   - redis: The server, Redis 5.0 or later; from 6.2 on, messages are noticed at once.
    ///   - options: How messages are kept; the same for all who share the queues.
    public init(_ redis: RedisClient, options: TransportOptions = TransportOptions()) {
        self.redis = redis
        self.keys = KeyNames(transport: options, database: redis.configuration.database)
    }

    /// Where the server is.
    public var connectionInfo: BrokerDescription {
        BrokerDescription(redis.configuration, options: keys.transport)
    }

    /// The event loop of the connections, which no task occupies.
    public var taskExecutor: (any TaskExecutor)? { redis.taskExecutor }

    /// Makes a broker with a prefix of keys.
    ///
    /// - Parameters:
    ///   - redis: The server, Redis 5.0 or later; from 6.2 on, messages are noticed at once.
    ///   - keyPrefix: kombu's `global_keyprefix`.
    public init(_ redis: RedisClient, keyPrefix: String) {
        self.init(redis, options: TransportOptions(globalKeyPrefix: keyPrefix))
    }

    var tables: BindingTables { BindingTables(redis: redis, keys: keys) }
    var routing: MessageRouting { MessageRouting(tables: tables, declared: declared) }

    /// Makes queues and their bindings known to every program that routes by exchange name.
    public func declare(_ queues: [Queue]) async throws {
        try await mappingErrors { try await tables.declare(queues) }
        declared.note(queues)
    }

    /// Forgets queues: their bindings, and the messages that wait in them.
    public func delete(_ queues: [Queue]) async throws {
        declared.forget(queues)
        try await mappingErrors { try await tables.delete(queues) }
    }

    /// Throws away the messages that wait in queues.
    public func purge(_ queues: [QueueName]) async throws -> Int {
        let lists = queues.flatMap(keys.lists)
        guard !lists.isEmpty else { return 0 }
        return try await mappingErrors {
            // kombu/transport/redis.py, _purge
            let commands = lists.flatMap { [RawCommand("LLEN", $0), RawCommand("DEL", $0)] }
            let replies = try await redis.transaction(commands)
            return try stride(from: 0, to: replies.count, by: 2).reduce(0) { try $0 + replies[$1].decodeInt() }
        }
    }

    /// Puts messages into the queues that their destinations lead to, all of them or none.
    public func publish(_ messages: [OutgoingMessage]) async throws {
        try await mappingErrors {
            let resolved = try await routing.resolve(messages) { throw CeleryError.unroutable($0.destination) }
            let commands = resolved.flatMap { outgoing in
                let envelope = outgoing.message.envelope()
                return routing.steps(for: outgoing).map { step in
                    switch step {
                    case .push(let list): RawCommand("LPUSH", list, envelope)
                    case .publish(let channel): RawCommand("PUBLISH", channel, envelope)
                    case .expire(let list, let milliseconds): RawCommand("PEXPIRE", list, milliseconds)
                    }
                }
            }
            if commands.count == 1, let only = commands.first {
                _ = try await redis.send(only)
            } else if !commands.isEmpty {
                _ = try await redis.transaction(commands)
            }
        }
    }

    /// Whether results are kept by the same client.
    public func sharesServer(with results: any ResultBackend) -> Bool {
        (results as? RedisResultBackend)?.redis === redis
    }

    /// Makes effects true, in one step if the results are kept on the same server.
    public func perform(_ effects: [Effect], storingIn results: any ResultBackend) async throws {
        guard let backend = results as? RedisResultBackend, backend.redis === redis else {
            return try await performInSteps(effects, storingIn: results)
        }
        try await mappingErrors {
            let resolved = try await routing.resolve(effects) { throw CeleryError.unroutable($0.destination) }
            let script = CompleteScript(
                unacked: keys.unacked,
                unackedIndex: keys.unackedIndex,
                tags: [],
                operations: EffectOperations(resolved, broker: routing, backend: backend)
            )
            _ = try await redis.complete(script, reading: backend)
        }
    }

    /// Makes a consumer.
    public func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer {
        RedisConsumer(
            redis: redis,
            keys: keys,
            routing: routing,
            configuration: configuration,
            logger: logger
        )
    }
}
