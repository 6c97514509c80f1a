import InMemoryTracing
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing
import Tracing

@testable import Celery

/// What a tracer sees of a worker and a client in memory.
@Suite(.timeLimit(.minutes(1))) struct TracingTests {
    private struct Again: TaskParameters {
        static let taskName = "again"
        typealias Output = Int
    }

    private struct Fail: TaskParameters {
        static let taskName = "fail"
        typealias Output = JSONValue
        var secret: String
    }

    private struct Parent: TaskParameters {
        static let taskName = "parent"
        typealias Output = Bool
    }

    private struct Note: TaskParameters {
        static let taskName = "note"
        typealias Output = JSONValue
        var any: RawArguments
    }

    private let broker = MemoryBroker()
    private let results = MemoryResultBackend()
    private let tracer = InMemoryTracer()
    private var client: CeleryClient { CeleryClient(broker: broker, results: results) }

    private func worker(_ middleware: [any TaskMiddleware] = [TracingMiddleware()]) -> Worker {
        var worker = Worker(
            broker: broker,
            results: results,
            configuration: WorkerConfiguration(nodeName: "w@test", pool: .async(2)),
            middleware: middleware,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        worker.register(Add.self) { call, _ in call.x + call.y }
        worker.register(Sum.self) { call, _ in call.numbers.reduce(0, +) }
        worker.register(Fail.self) { call, _ in throw PythonException.valueError(call.secret) }
        worker.register(Note.self) { _, _ in .null }
        worker.register(Again.self) { _, context in
            guard context.request.retries > 0 else { throw Retry(after: .zero) }
            return context.request.retries
        }
        worker.register(Parent.self) { _, context in
            try await withSpan("inner") { _ in
                _ = try await context.apply(Signature("add", args: [1, 1], options: ["task_id": "child"]))
            }
            return ServiceContext.current?.inMemorySpanContext != nil
        }
        return worker
    }

    /// Runs the worker under the tracer while `body` runs, then stops it warm: all spans have ended then.
    private func traced(_ worker: Worker, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withTracer(tracer) { try await running(worker, body) }
    }

    private func running(_ worker: Worker, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                try await body()
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    private func spans(_ name: String) -> [FinishedInMemorySpan] {
        tracer.finishedSpans.filter { $0.operationName == name }
    }

    private func span(_ name: String) throws -> FinishedInMemorySpan {
        let spans = spans(name)
        try #require(spans.count == 1, "\(tracer.finishedSpans.map(\.operationName))")
        return spans[0]
    }

    private func text(_ name: String, of span: FinishedInMemorySpan) -> String? {
        guard case .string(let text) = span.attributes.get(name) else { return nil }
        return text
    }

    @Test func `sending and running are spans of one trace, the one the parent of the other`() async throws {
        try await traced(worker()) {
            try await withSpan("request") { _ in
                let value = try await client.send(Add(x: 1, y: 2)).value(timeout: .seconds(30))
                #expect(value == 3)
            }
        }
        let (request, send, run) = (try span("request"), try span("apply_async/add"), try span("run/add"))
        #expect(send.parentSpanID == request.spanID)
        #expect(run.parentSpanID == send.spanID)
        #expect(Set([request, send, run].map(\.traceID)).count == 1)
        #expect([send.kind, run.kind] == [.producer, .consumer])
    }

    @Test func `spans say what OpenTelemetry's instrumentation of Celery says`() async throws {
        let id = TaskID("the-id")
        try await traced(worker()) {
            let options = SendOptions(taskID: id)
            _ = try await client.send(Add(x: 1, y: 2), options: options).value(timeout: .seconds(30))
        }
        for (name, action, type) in [("apply_async/add", "apply_async", "send"), ("run/add", "run", "process")] {
            let span = try span(name)
            #expect(text("celery.action", of: span) == action)
            #expect(text("celery.task_name", of: span) == "add")
            #expect(text("messaging.message.id", of: span) == "the-id")
            #expect(text("messaging.conversation_id", of: span) == "the-id")
            #expect(text("messaging.destination", of: span) == "celery")
            #expect(text("messaging.destination.name", of: span) == "celery")
            #expect(text("messaging.system", of: span) == "celery")
            #expect(text("messaging.operation.type", of: span) == type)
        }
        let run = try span("run/add")
        #expect(text("celery.state", of: run) == "SUCCESS")
        #expect(text("celery.hostname", of: run) == "w@test")
        #expect(run.status == nil)
    }

    @Test func `a chord's body follows from its last part`() async throws {
        try await traced(worker()) {
            let header = [Signature("add", args: [1, 2]), Signature("add", args: [3, 4])]
            let chord = Signature.chord(header, body: Signature("sum"))
            let value = try await client.apply(chord).value(timeout: .seconds(30))
            #expect(value == 10)
        }
        let body = try span("run/sum")
        let send = try span("apply_async/sum")
        #expect(body.parentSpanID == send.spanID)
        #expect(spans("run/add").map(\.spanID).contains(send.parentSpanID))
    }

    @Test func `a task of a chain follows from the one before`() async throws {
        try await traced(worker()) {
            let chain = Signature.chain(Signature("add", args: [1, 2]), Signature("sum", args: [[5]], immutable: true))
            let value = try await client.apply(chain).value(timeout: .seconds(30))
            #expect(value == 5)
        }
        let send = try span("apply_async/sum")
        #expect(try send.parentSpanID == span("run/add").spanID)
        #expect(try span("run/sum").parentSpanID == send.spanID)
    }

    @Test func `a retry follows from the run before`() async throws {
        try await traced(worker()) {
            let value = try await client.send(Again()).value(timeout: .seconds(30))
            #expect(value == 1)
        }
        let runs = spans("run/again")
        let sends = spans("apply_async/again")
        try #require(runs.count == 2 && sends.count == 2)
        #expect(text("celery.state", of: runs[0]) == "RETRY")
        #expect(text("celery.retry.reason", of: runs[0]) == "Retry")
        #expect(sends.first { $0.spanID == runs[1].parentSpanID }?.parentSpanID == runs[0].spanID)
        #expect(runs[1].attributes.get("celery.retries") == .int64(1))
    }

    @Test func `a failure is recorded by its class, without what it says`() async throws {
        try await traced(worker()) {
            let result = try await client.send(Fail(secret: "hunter2"))
            await #expect(throws: PythonException.self) { try await result.value(timeout: .seconds(30)) }
        }
        let run = try span("run/fail")
        #expect(text("celery.state", of: run) == "FAILURE")
        #expect(run.status == SpanStatus(code: .error, message: "ValueError"))
        #expect(run.errors.map { "\($0.error)" } == ["ValueError"])
        #expect(run.errors.map { $0.attributes.get("exception.type") } == [.string("ValueError")])
        var shown = ""
        dump(tracer.finishedSpans, to: &shown)
        #expect(!shown.contains("hunter2"))
    }

    @Test func `what a task sends follows from the span it is in`() async throws {
        try await traced(worker()) {
            let value = try await client.send(Parent()).value(timeout: .seconds(30))
            #expect(value)
            // Else the stop hands it back.
            _ = try await client.result("child").value(timeout: .seconds(30))
        }
        let (run, inner, send) = (try span("run/parent"), try span("inner"), try span("apply_async/add"))
        #expect(inner.parentSpanID == run.spanID)
        #expect(send.parentSpanID == inner.spanID)
        #expect(try span("run/add").parentSpanID == send.spanID)
    }

    @Test func `the trace goes on where a task is not run, or not under the middleware`() async throws {
        try await traced(worker([])) {
            let failing = Signature("missing").linkingError(Signature("note", options: ["task_id": "noted"]))
            try await client.apply(failing)
            _ = try await client.result("noted").value(timeout: .seconds(30))
        }
        let sent = try span("apply_async/missing")
        #expect(try span("apply_async/note").parentSpanID == sent.spanID)
        #expect(spans("run/note").isEmpty)
    }

    @Test func `without a tracer messages have no further headers, and tasks no context`() async throws {
        let seen = Mutex<ServiceContext?>(nil)
        let headers = Mutex<[String]>([])
        var worker = worker()
        worker.register(Add.self, as: "plain") { call, context in
            seen.withLock { $0 = ServiceContext.current }
            headers.withLock { $0 = context.request.message.headers.keys }
            return call.x
        }
        try await running(worker) {
            _ = try await client.send("plain", args: [1, 2]).value(timeout: .seconds(30))
        }
        #expect(seen.withLock { $0 } == nil)
        #expect(headers.withLock { $0 } == TaskCall(task: "plain").message().headers.keys)
    }

    @Test func `an instrument cannot change what a message calls`() {
        var headers = TaskCall(task: "add").message().headers
        HeaderCarrier().inject("evil", forKey: "task", into: &headers)
        HeaderCarrier().inject("00-1-2-01", forKey: "traceparent", into: &headers)
        #expect(headers["task"] == "add")
        #expect(HeaderCarrier().extract(key: "traceparent", from: headers) == "00-1-2-01")
        #expect(HeaderCarrier().extract(key: "retries", from: headers) == nil)
    }
}
