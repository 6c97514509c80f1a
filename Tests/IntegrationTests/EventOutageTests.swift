import CeleryRedis
import Redis
import Testing

@testable import Celery

/// Events while the server is away.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(2))) struct EventOutageTests {
    @Test func `events of an outage come after it, in order and once`() async throws {
        try await withRedis(timeout: .seconds(1)) { server, redis in
            // A monitor that hears all of it: the outage concerns TCP alone.
            try await withClient(RedisClientConfiguration(unixSocketPath: server.socketPath)) { local in
                let topic = BroadcastTopic(exchange: EventDispatcher.exchange, routingKey: "*")
                let types = try await RedisBroker(local).withBroadcasts(of: [topic]) { broadcasts in
                    try await tell(through: redis, port: server.port, local)
                    return try await Self.types(broadcasts, last: "worker-last")
                }
                let gathered = (0..<60).map { "task-\($0)" }
                #expect(types == ["worker-first"] + gathered + ["worker-failed", "worker-kept", "worker-last"])
            }
        }
    }

    /// Sends events before, in and after an outage.
    private func tell(through redis: RedisClient, port: Int, _ local: RedisClient) async throws {
        let dispatcher = EventDispatcher(
            broker: RedisBroker(redis),
            nodeName: "w@test",
            clock: LamportClock(),
            isEnabled: true,
            sendsTaskEvents: true,
            logger: quietLogger
        )
        let sending = Task { await dispatcher.run() }
        defer { sending.cancel() }
        await dispatcher.send("worker-first", [:])
        _ = try await local.send(RawCommand("CONFIG", "SET", "port", 0))
        _ = try await local.send(RawCommand("CLIENT", "KILL", "TYPE", "normal"))
        for number in 0..<60 { dispatcher.sendTaskEvent("task-\(number)", [:]) }
        // Ends when it has failed.
        await dispatcher.send("worker-failed", [:])
        await dispatcher.send("worker-kept", [:])
        _ = try await local.send(RawCommand("CONFIG", "SET", "port", port))
        await dispatcher.flush()
        await dispatcher.send("worker-last", [:])
    }

    private static func types(_ broadcasts: Broadcasts, last: String) async throws -> [String] {
        var types: [String] = []
        for try await case .message(let broadcast) in broadcasts {
            let body = try JSONValue(parsing: Message(envelope: broadcast.envelope).body)
            types += (body.arrayValue ?? [body]).compactMap { $0["type"]?.stringValue }
            if types.last == last { break }
        }
        return types
    }
}
