import Logging
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
}
