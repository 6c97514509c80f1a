public import Celery
import Redis

extension RedisBroker {
    /// Sends an answer to whoever asked and still listens.
    @discardableResult
    public func reply(_ message: Message, exchange: String, routingKey: String) async throws -> Bool {
        let script = ReplyScript(
            bindings: keys.bindings(exchange),
            routingKey: routingKey,
            prefix: keys.prefix,
            separator: keys.transport.separator,
            envelope: message.envelope(),
            lifetime: Self.replyLifetime
        )
        return try await mappingErrors { try await redis.evaluate(script) }
    }

    /// Takes the answers that have come.
    public func takeReplies(in queue: QueueName) async throws -> [[UInt8]] {
        let list = keys.list(queue, step: 0)
        return try await mappingErrors {
            let taken = try await redis.transaction([["LRANGE", list, -1000, -1], ["LTRIM", list, 0, -1001]])
            return try taken[0].decodeByteArrays().reversed()
        }
    }

    /// Remembers revoked tasks in a key of our own; losing it loses no task.
    public func rememberRevoked(_ tasks: [TaskID], for lifetime: Duration, limit: Int) async throws {
        guard !tasks.isEmpty else { return }
        let script = RememberRevokedScript(
            key: keys.revoked,
            lifetime: Int(lifetime / .milliseconds(1)),
            limit: limit,
            tasks: tasks.map(\.rawValue)
        )
        try await mappingErrors { try await redis.evaluate(script) }
    }

    /// The revoked tasks that are remembered.
    public func revokedTasks() async throws -> [TaskID] {
        try await mappingErrors {
            let members = try await redis.send(RawCommand("ZRANGE", keys.revoked, 0, -1)).decodeByteArrays()
            return members.map { TaskID(String(decoding: $0, as: UTF8.self)) }
        }
    }

    /// Remembers the time on the logical clock in a key of our own.
    public func rememberClock(_ time: Int) async throws {
        try await mappingErrors {
            // A later time that somebody else has left stays.
            let members = [(score: Double(time), member: Self.clockMember as any RedisArgument)]
            _ = try await redis.send(ZAdd(keys.clock, members: members, conditions: [.ifGreater]))
        }
    }

    /// The time on the logical clock that is remembered.
    public func rememberedClock() async throws -> Int {
        try await mappingErrors {
            let score = try await redis.send(ZScore(keys.clock, member: Self.clockMember)) ?? 0
            return Int(exactly: score.rounded()) ?? 0
        }
    }

    private static let clockMember = "clock"

    /// Seconds for which an answer waits for whoever asked.
    private static let replyLifetime = 60
}
