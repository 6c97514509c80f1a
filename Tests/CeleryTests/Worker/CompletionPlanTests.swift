import Foundation
import Testing

@testable import Celery

@Suite struct CompletionPlanTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func request(retries: Int = 0, ignoreResult: Bool? = nil) throws -> TaskRequest {
        var call = TaskCall(task: "add", args: [1, 2])
        call.id = "id-1"
        call.retries = retries
        call.ignoreResult = ignoreResult
        return TaskRequest(message: try TaskMessage(call.message()), queue: "q", nodeName: "w1@host")
    }

    private func plan(
        _ outcome: TaskOutcome,
        _ request: TaskRequest? = nil,
        _ options: TaskOptions = .init()
    ) throws -> CompletionPlan {
        CompletionPlan(outcome, of: try request ?? self.request(), options: options, setting: .init(now: now))
    }

    @Test func `success is stored and acknowledged`() throws {
        let plan = try plan(.success(3))
        #expect(plan.disposition == .acknowledge)
        #expect(plan.result?.state == .success)
        #expect(plan.result?.result == 3)
        #expect(plan.result?.dateDone == now)
        #expect(plan.messages.isEmpty)
    }

    @Test(arguments: [(true, false), (false, true)])
    func `the message's word on ignoring results counts, not the task's`(message: Bool, task: Bool) throws {
        let plan = try plan(.success(3), request(ignoreResult: message), TaskOptions(ignoreResult: task))
        #expect((plan.result == nil) == message)
    }

    @Test func `an ignored task's failure is stored only when that is asked for`() throws {
        let failure = TaskOutcome.failure(.valueError("bad"), traceback: nil)
        #expect(try plan(failure, request(ignoreResult: true)).result == nil)
        let stored = try plan(failure, request(ignoreResult: true), TaskOptions(storeErrorsEvenIfIgnored: true))
        #expect(stored.result?.state == .failure)
    }

    @Test func `a retry sends the same task again later`() throws {
        let plan = try plan(.retry(Retry(after: .seconds(30)), cause: .valueError("bad"), traceback: nil))
        #expect(plan.result?.state == .retry)
        #expect(plan.result?.dateDone == nil)
        let sent = try #require(plan.messages.first)
        #expect(sent.destination == .queue("q"))
        let message = try TaskMessage(sent.message)
        #expect(message.id == "id-1")
        #expect(message.retries == 1)
        #expect(message.eta == now.addingTimeInterval(30))
        #expect(message.args == [1, 2])
    }

    @Test func `a retry without a cause is stored without one`() throws {
        let plan = try plan(.retry(Retry(), cause: nil, traceback: nil))
        #expect(plan.result?.state == .retry)
        #expect(plan.result?.result == .null)
        #expect(plan.result?.traceback?.hasSuffix("celery.exceptions.Retry: Retry in 180s\n") == true)
    }

    // celery/app/amqp.py, as_task_v2: in the time zone of the app.
    @Test func `the times of a retry are written in the worker's time zone`() throws {
        var setting = CompletionPlan.Setting(now: now)
        setting.canvas.content.timeZone = TimeZone(identifier: "Europe/Berlin")
        var retry = Retry(after: .seconds(30))
        retry.expires = now.addingTimeInterval(60)
        let outcome = TaskOutcome.retry(retry, cause: nil, traceback: nil)
        let plan = try CompletionPlan(outcome, of: request(), options: .init(), setting: setting)
        let headers = try #require(plan.messages.first).message.headers
        #expect(headers["eta"] == "2027-01-15T09:00:30+01:00")
        #expect(headers["expires"] == "2027-01-15T09:01:00+01:00")
    }

    @Test func `after the last retry the cause is the failure`() throws {
        let retry = TaskOutcome.retry(Retry(), cause: .valueError("bad"), traceback: nil)
        let plan = try plan(retry, request(retries: 3))
        #expect(plan.messages.isEmpty)
        #expect(plan.result?.state == .failure)
        #expect(plan.exception?.type == "ValueError")
    }

    @Test func `after the last retry without a cause the limit is the failure`() throws {
        let retry = TaskOutcome.retry(Retry(maxRetries: 1), cause: nil, traceback: nil)
        #expect(try plan(retry, request(retries: 1)).exception?.type == "MaxRetriesExceededError")
    }

    @Test func `without a limit a task is retried for ever`() throws {
        let retry = TaskOutcome.retry(Retry(), cause: nil, traceback: nil)
        #expect(try plan(retry, request(retries: 1000), TaskOptions(maxRetries: nil)).isRetry)
    }

    @Test func `a lost process fails the task unless it is to be requeued`() throws {
        let lost = TaskOutcome.workerLost("Worker exited prematurely: signal 9 (SIGKILL) Job: 1.")
        let failed = try plan(lost)
        #expect(failed.disposition == .acknowledge)
        #expect(failed.exception?.type == "WorkerLostError")
        #expect(failed.exception?.module == "billiard.exceptions")
        let requeued = try plan(lost, nil, TaskOptions(rejectOnWorkerLost: true))
        #expect(requeued.goesBack)
        #expect(requeued.isLoss)
        #expect(requeued.result == nil)
    }

    @Test(arguments: [TaskOutcome.interrupted, .reject(reason: "no", requeue: true), .workerLost("gone")])
    func `what was acknowledged early cannot go back, so its task fails`(outcome: TaskOutcome) throws {
        let options = TaskOptions(rejectOnWorkerLost: true)
        let plan = CompletionPlan(outcome, of: try request(), options: options, setting: .init(isAcknowledged: true))
        #expect(plan.disposition == .acknowledge)
        #expect(plan.result?.state == .failure)
    }

    @Test func `a lost process is a reason to retry, as often as the task may`() throws {
        let options = TaskOptions(rejectOnWorkerLost: true, retryOnWorkerLost: true, retryDelay: .seconds(20))
        for setting in [CompletionPlan.Setting(now: now), .init(isAcknowledged: true, now: now)] {
            let retried = CompletionPlan(.workerLost("gone"), of: try request(), options: options, setting: setting)
            #expect(retried.disposition == .acknowledge)
            #expect(retried.result?.state == .retry)
            #expect(retried.exception?.type == "WorkerLostError")
            let message = try TaskMessage(try #require(retried.messages.first).message)
            #expect(message.retries == 1)
            #expect(message.eta == now.addingTimeInterval(20))
            #expect(message.parentID == nil, "the worker sends it, not the task")
            #expect(retried.result?.children == [])
        }
        let exhausted = try plan(.workerLost("gone"), request(retries: 3), options)
        #expect(exhausted.disposition == .acknowledge)
        #expect(exhausted.result?.state == .failure)
    }

    @Test(arguments: [
        TaskOutcome.failure(.valueError("bad"), traceback: nil), .workerLost("gone"),
        .retry(Retry(maxRetries: 0), cause: .valueError("bad"), traceback: nil),
    ])
    func `the message of a failed task is kept if failures are not to be acknowledged`(outcome: TaskOutcome) throws {
        let options = TaskOptions(acksOnFailure: false)
        let kept = try plan(outcome, nil, options)
        #expect(kept.disposition == .deadLetter(reason: "its task failed"))
        #expect(kept.result?.state == .failure)
        let setting = CompletionPlan.Setting(isAcknowledged: true)
        let early = CompletionPlan(outcome, of: try request(), options: options, setting: setting)
        #expect(early.disposition == .acknowledge)
    }

    @Test func `a task killed at its limit runs again if timeouts are not to be acknowledged`() throws {
        let outcome = TaskOutcome.timeLimitExceeded(.seconds(1))
        let again = try plan(outcome, nil, TaskOptions(acksOnTimeout: false))
        #expect(again.goesBack)
        #expect(again.isLoss)
        #expect(again.result == nil)
        #expect(try plan(outcome, nil, TaskOptions(acksOnFailure: false)).disposition == .acknowledge)
    }

    @Test(
        arguments: [
            (nil, nil, nil, nil), (nil, nil, 3.0, 3.0), (nil, 2.0, 3.0, 2.0), (1.0, 2.0, 3.0, 1.0),
            (0.0, 2.0, 3.0, 2.0),
            (0.0, nil, 3.0, 3.0), (nil, 0.0, 3.0, nil), (5.0, 2.0, 3.0, 5.0), (-1.0, nil, nil, nil),
        ] as [(Double?, Double?, Double?, Double?)]
    )
    func `a limit is the call's, else the task's, else the worker's`(
        call: Double?,
        task: Double?,
        worker: Double?,
        limit: Double?
    ) {
        let durations = [call, task, worker, limit].map { $0.map { Duration.seconds($0) } }
        #expect(PoolJob.limit(durations[0], durations[1], durations[2]) == durations[3])
    }

    @Test func `a rejected message goes back or fails`() throws {
        let requeued = try plan(.reject(reason: "", requeue: true))
        #expect(requeued.goesBack)
        #expect(!requeued.isLoss)
        let dropped = try plan(.reject(reason: "no", requeue: false))
        #expect(dropped.disposition == .acknowledge)
        #expect(dropped.exception?.type == "Reject")
    }

    @Test func `an ignored run stores nothing`() throws {
        #expect(try plan(.ignore).result == nil)
        #expect(try plan(.ignore).disposition == .acknowledge)
    }

    @Test func `a hard time limit is named in seconds`() throws {
        let plan = try plan(.timeLimitExceeded(.seconds(2)))
        #expect(plan.exception?.type == "TimeLimitExceeded")
        #expect(plan.exception?.arguments == [2])
    }

    @Test func `an interrupted run goes back to its queue`() throws {
        #expect(try plan(.interrupted).goesBack)
        #expect(try !plan(.interrupted).isLoss)
    }
}

extension CompletionPlan {
    /// The first state that is stored.
    var result: ResultDocument? {
        for case .store(let document) in effects { return document }
        return nil
    }

    /// What is sent.
    var messages: [OutgoingMessage] { effects.compactMap(\.message) }
}
