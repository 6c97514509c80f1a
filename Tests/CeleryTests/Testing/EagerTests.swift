import Celery
import Logging
import Testing

/// Tasks that run as they are sent.
@Suite struct EagerTests {
    private struct Join: TaskParameters {
        static let taskName = "join"
        typealias Output = Int
        var n: Int
    }

    private struct Again: TaskParameters {
        static let taskName = "again"
        typealias Output = Int
        var times: Int
    }

    private func client() -> CeleryClient {
        var worker = Worker(
            broker: MemoryBroker(),
            results: MemoryResultBackend(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        worker.register(Add.self) { call, _ in call.x + call.y }
        worker.register(Sum.self) { call, _ in call.numbers.reduce(0, +) }
        worker.register(Join.self) { call, context in
            for n in 0..<call.n { try await context.addToChord(Signature("add", args: [.integer(n), 0])) }
            return 100
        }
        worker.register(Again.self) { call, context in
            guard context.request.retries < call.times else { return context.request.retries }
            throw Retry(after: .seconds(3600))
        }
        return worker.eagerClient()
    }

    @Test func `a task has run when sending it returns`() async throws {
        let result = try await client().send(Add(x: 1, y: 2))
        let document = try await result.document()
        #expect(document?.state == .success)
        #expect(try await result.value() == 3)
    }

    @Test func `what follows has run, too`() async throws {
        let header = try (1...3).map { try Signature(Add(x: $0, y: 0)) }
        let canvas = Signature.chain(.chord(header, body: Signature("sum")), Signature("add", args: [10]))
        let result = try await client().apply(canvas)
        #expect(try await result.value(timeout: .seconds(30)) == 16)
    }

    @Test func `a task joins the chord it is in`() async throws {
        let header = [Signature("join", args: [3]), Signature("add", args: [1, 1])]
        let chord = Signature.chord(header, body: Signature("sum"))
        let value = try await client().apply(chord).value(timeout: .seconds(30))
        #expect(value == 105)
    }

    @Test func `a retry runs at once`() async throws {
        #expect(try await client().send(Again(times: 2)).value() == 2)
    }

    @Test func `a failure is that of the task`() async throws {
        let result = try await client().send("missing")
        let failure = await #expect(throws: PythonException.self) { try await result.value() }
        #expect(failure?.type == "NotRegistered")
    }

    @Test func `what was sent can be looked at`() async throws {
        let broker = RecordingBroker()
        let client = CeleryClient(broker: broker, results: MemoryResultBackend())
        try await client.send(Add(x: 1, y: 2))
        try await client.apply(.group([Signature("add", args: [3, 4]), Signature("other")]))
        #expect(try broker.calls(of: Add.self).map(\.y) == [2, 4])
        #expect(try broker.calls.map(\.task) == ["add", "add", "other"])
        broker.reset()
        #expect(broker.sent.isEmpty)
    }
}
