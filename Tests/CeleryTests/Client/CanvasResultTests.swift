import Testing

@testable import Celery

/// What can be asked of, and done to, tasks that were sent.
@Suite struct CanvasResultTests {
    private let broker = MemoryBroker()
    private let results = MemoryResultBackend()
    private var client: CeleryClient { CeleryClient(broker: broker, results: results) }

    private func end(_ id: TaskID, _ state: TaskState = .success) async throws {
        try await results.store(ResultDocument(taskID: id, state: state, result: 1))
    }

    private func task(_ id: String) -> Signature { Signature("t", options: ["task_id": .string(id)]) }

    /// The ids that workers are told to revoke.
    private func revoked(by body: @escaping @Sendable () async throws -> Void) async throws -> JSONValue? {
        try await broker.withBroadcasts(of: [BroadcastTopic(exchange: "celery.pidbox")]) { broadcasts in
            try await body()
            for try await case .message(let broadcast) in broadcasts {
                let request = try JSONValue(parsing: Message(envelope: broadcast.envelope).body)
                return request["method"] == "revoke" ? request["arguments"] : nil
            }
            return nil
        }
    }

    @Test func `a group tells how far it is`() async throws {
        let group = try await client.apply(.group([task("a"), task("b"), task("c")]))
        #expect(try await group.states == [.pending, .pending, .pending])
        try await end("a")
        try await end("c", .failure)
        #expect(try await group.states == [.success, .pending, .failure])
        #expect(try await !group.isReady)
        try await end("b")
        #expect(try await group.isReady)
        #expect(try await group.completedCount == 2)
    }

    @Test func `a group is forgotten, and what came before it`() async throws {
        let result = try await client.apply(.chain(task("first"), .group([task("a"), task("b")])))
        for id in ["first", "a", "b"] { try await end(TaskID(id)) }
        #expect(try await result.isReady)
        try await result.forget()
        for id in ["first", "a", "b"] { #expect(try await results.document(for: TaskID(id)) == nil) }
    }

    @Test func `all members of a group are revoked in one request`() async throws {
        let group = try await client.apply(.group([task("a"), task("b")]))
        let arguments = try await revoked { try await group.revoke(terminate: true, signal: "SIGKILL") }
        #expect(arguments == ["task_id": ["a", "b"], "terminate": true, "signal": "SIGKILL"])
    }

    @Test func `a task is revoked by its result`() async throws {
        let result = try await client.send("t", options: SendOptions(taskID: "x"))
        let arguments = try await revoked { try await result.revoke() }
        #expect(arguments == ["task_id": ["x"], "terminate": false, "signal": "SIGTERM"])
        let alone = AsyncResult<JSONValue>(id: "x", backend: results)
        await #expect { try await alone.revoke() } throws: {
            ($0 as? CeleryError)?.code == .invalidConfiguration
        }
    }
}
