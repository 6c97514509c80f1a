import Logging
import Testing

@testable import Celery

@Suite struct OutcomeLineTests {
    private func line(
        _ outcome: TaskOutcome,
        options: TaskOptions = .init(),
        isAcknowledged: Bool = false,
        shadow: String? = nil
    ) throws -> OutcomeLine? {
        var call = TaskCall(task: "add", args: [1, 2])
        call.id = "id-1"
        call.shadow = shadow
        let request = TaskRequest(message: try TaskMessage(call.message()), queue: "q", nodeName: "w1@host")
        let setting = CompletionPlan.Setting(isAcknowledged: isAcknowledged)
        let plan = CompletionPlan(outcome, of: request, options: options, setting: setting)
        return OutcomeLine(outcome, plan, runtime: .milliseconds(1500))
    }

    // celery/app/trace.py, log_policy_ignore and its neighbours; celery/worker/request.py, on_timeout and on_failure.
    @Test(
        arguments: [
            (.success(3), .info, "Task add[id-1] succeeded in 1.5s"),
            (.failure(.valueError("secret"), traceback: nil), .error, "Task add[id-1] raised unexpected: ValueError"),
            (
                .retry(Retry(), cause: .valueError("secret"), traceback: nil), .info,
                "Task add[id-1] retry: Retry in 180s: ValueError"
            ),
            (
                .retry(Retry(after: .milliseconds(500)), cause: nil, traceback: nil), .info,
                "Task add[id-1] retry: Retry in 0.5s"
            ),
            (
                .retry(Retry(maxRetries: 0), cause: nil, traceback: nil), .error,
                "Task add[id-1] raised unexpected: MaxRetriesExceededError"
            ),
            (.replaced(by: Signature("other")), .info, "Task add[id-1] ignored"),
            (.ignore, .info, "Task add[id-1] ignored"),
            (.reject(reason: "secret", requeue: true), .warning, "Task add[id-1] reject requeue=True"),
            (.reject(reason: "secret", requeue: false), .warning, "Task add[id-1] reject requeue=False"),
            (.timeLimitExceeded(.seconds(2)), .error, "Hard time limit (2s) exceeded for add[id-1]"),
            (.workerLost("signal 9"), .error, "Task handler raised error: WorkerLostError('signal 9')"),
        ] as [(TaskOutcome, Logger.Level, String)]
    )
    func `the end of a run is told in Celery's words`(outcome: TaskOutcome, level: Logger.Level, text: String) throws {
        let line = try line(outcome)
        #expect(line?.level == level)
        #expect(line?.text == text)
    }

    @Test func `a task that goes back is told of as what has happened to it`() throws {
        let lost = try line(.workerLost("signal 9"), options: TaskOptions(rejectOnWorkerLost: true))
        #expect(lost?.text == "Task handler raised error: WorkerLostError('signal 9')")
        #expect(lost?.metadata == ["task": "add[id-1]"])
        let retried = try line(.workerLost("signal 9"), options: TaskOptions(retryOnWorkerLost: true))
        #expect(retried?.text == "Task add[id-1] retry: Retry in 180s: WorkerLostError")
        let late = try line(.timeLimitExceeded(.seconds(2)), options: TaskOptions(acksOnTimeout: false))
        #expect(late?.text == "Hard time limit (2s) exceeded for add[id-1]")
    }

    @Test func `a stop that ends an acknowledged task is told of, one that hands it back is not`() throws {
        let ended = try line(.interrupted, isAcknowledged: true)
        let how = "Worker was stopped before its task ended."
        #expect(ended?.text == "Task handler raised error: WorkerLostError('\(how)')")
        #expect(try line(.interrupted) == nil)
    }

    @Test func `a revoked task was told of before`() throws {
        #expect(try line(.revoked(reason: "terminated")) == nil)
    }

    @Test func `a task goes by the name that its sender has given it`() throws {
        #expect(try line(.ignore, shadow: "sum")?.text == "Task sum[id-1] ignored")
    }
}
