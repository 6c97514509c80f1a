import Logging
import Synchronization
import Testing

@testable import Celery

@Suite(.timeLimit(.minutes(1))) struct TaskRunnerTests {
    private let log = LogLines()
    private let gate = TaskGate()
    private let link = TaskLink(report: { _, _ in }, send: { _ in .null })

    private func request() throws -> TaskRequest {
        var call = TaskCall(task: "wait")
        call.id = "id-1"
        return TaskRequest(message: try TaskMessage(call.message()), queue: "q", nodeName: "w1@host")
    }

    /// A runner of a task that waits until it is cancelled.
    private func runner() -> TaskRunner {
        var registry = TaskRegistry()
        let gate = gate
        registry.register(
            TaskDefinition(name: "wait") { _ in
                try await gate.pass()
                return .null
            }
        )
        return TaskRunner(registry: registry, logger: log.logger)
    }

    @Test func `a soft limit is logged in Celery's words and ends the task`() async throws {
        let outcome = await runner().run(try request(), softTimeLimit: .milliseconds(1), link: link)
        guard case .failure(.softTimeLimitExceeded, _) = outcome else {
            Issue.record("it did not end by its limit")
            return
        }
        await log.line("Soft time limit (0.001s) exceeded for wait[id-1]")
    }

    @Test func `a task that is cancelled before its soft limit is interrupted, and has not exceeded it`() async throws {
        let (request, runner, link) = (try request(), runner(), link)
        let run = Task { await runner.run(request, softTimeLimit: .seconds(3600), link: link) }
        await gate.waitForArrival()
        run.cancel()
        guard case .interrupted = await run.value else {
            Issue.record("it did not end as interrupted")
            return
        }
    }

    @Test func `what a task leaves running reaches the worker until its end, and not after it`() async throws {
        let (told, left) = (Told(), AsyncStream.makeStream(of: TaskContext.self))
        let link = TaskLink(
            report: { state, _ in told.add("report \(state)") },
            send: { _ in
                told.add("send")
                return .null
            },
            sendEvent: { told.add("event \($0.type)") }
        )
        var registry = TaskRegistry()
        registry.register(
            TaskDefinition(name: "wait") { context in
                await context.progress(current: 1, total: 2)
                left.continuation.yield(context)
                return .null
            }
        )
        let runner = TaskRunner(registry: registry, logger: log.logger)
        _ = await runner.run(try request(), softTimeLimit: nil, link: link)
        #expect(told.lines == ["report PROGRESS"])

        var contexts = left.stream.makeAsyncIterator()
        let context = try #require(await contexts.next())
        await context.progress(current: 2, total: 2)
        await context.sendEvent("task-late")
        await #expect { try await context.apply(Signature("other")) } throws: { error in
            (error as? CeleryError)?.code == .taskEnded
        }
        #expect(told.lines == ["report PROGRESS"])
        await log.line("a report of task wait[id-1] came after its end")
        await log.line("an event of task wait[id-1] came after its end")
    }

    @Test func `a run ends when what it has asked for is done`() async throws {
        let (lifetime, ended) = (RunLifetime(), Told())
        let asking = Task { [gate] in
            try await lifetime.perform {
                try await gate.pass()
                ended.add("asked")
            }
        }
        await gate.waitForArrival()
        let ending = Task {
            await lifetime.end()
            ended.add("ended")
        }
        while await lifetime.perform({}) != nil { await Task.yield() }
        #expect(ended.lines.isEmpty)
        gate.open()
        #expect(try await asking.value != nil)
        await ending.value
        #expect(ended.lines == ["asked", "ended"])
    }
}

/// What was said, in order.
private final class Told: Sendable {
    private let told = Mutex<[String]>([])

    var lines: [String] { told.withLock { $0 } }

    func add(_ line: String) {
        told.withLock { $0.append(line) }
    }
}
