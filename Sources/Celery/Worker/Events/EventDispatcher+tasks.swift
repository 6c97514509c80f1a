import Foundation

/// The events of a task's way through the worker, with their fields in Celery's order.
extension EventDispatcher {
    /// It was received (celery/worker/strategy.py).
    func taskReceived(_ message: TaskMessage) {
        sendTaskEvent(
            "task-received",
            [
                "uuid": .string(message.id.rawValue),
                "name": .string(message.displayName),
                "args": .string(message.argsRepr),
                "kwargs": .string(message.kwargsRepr),
                "root_id": message.headers["root_id"] ?? .null,
                "parent_id": message.headers["parent_id"] ?? .null,
                "retries": .integer(message.retries),
                "eta": message.shown(message.eta, as: "eta", in: timeZone),
                "expires": message.shown(message.expires, as: "expires", in: timeZone),
            ]
        )
    }

    /// It is not known here (celery/worker/consumer/consumer.py, `on_unknown_task`).
    func taskUnknown(_ message: TaskMessage) {
        let name = JSONValue.string(message.task).exactPythonRepr
        sendTaskEvent(
            "task-failed",
            ["uuid": .string(message.id.rawValue), "exception": .string("NotRegistered(\(name))")]
        )
    }

    /// It has started (celery/worker/request.py, `on_accepted`).
    func taskStarted(_ id: TaskID) {
        sendTaskEvent("task-started", ["uuid": .string(id.rawValue)])
    }

    /// It is not run because it was revoked or has expired, or it was terminated while it ran.
    func taskRevoked(_ id: TaskID, terminated: Bool, signal: Int32?, expired: Bool) {
        sendTaskEvent(
            "task-revoked",
            [
                "uuid": .string(id.rawValue),
                "terminated": .bool(terminated),
                "signum": signal.map { .integer(Int($0)) } ?? .null,
                "expired": .bool(expired),
            ]
        )
    }

    /// It was stopped with the worker (celery/worker/request.py, `_announce_cancelled`).
    func taskCancelled(_ id: TaskID) {
        sendTaskEvent("task-cancelled", ["uuid": .string(id.rawValue)])
    }

    /// Its run has ended and what follows from that is stored.
    ///
    /// - Parameters:
    ///   - task: The task.
    ///   - outcome: How it ended.
    ///   - plan: What followed.
    ///   - runtime: How long it ran.
    func taskEnded(_ task: TrackedTask, _ outcome: TaskOutcome, _ plan: CompletionPlan, runtime: Duration) {
        guard sendsTaskEvents else { return }
        let uuid = JSONValue.string(task.id.rawValue)
        switch outcome {
        case .success(let value):
            sendTaskEvent(
                "task-succeeded",
                [
                    "uuid": uuid, "result": .string(value.pythonRepr(maxLength: 1024)),
                    "runtime": .double(runtime.seconds),
                ]
            )
        case .revoked(reason: "terminated"):
            taskRevoked(task.id, terminated: true, signal: task.control.signal, expired: false)
        case .retry(_, let cause, let traceback) where plan.isRetry:
            let reason = plan.exception?.summaryLine ?? ""
            sendTaskEvent(
                "task-retried",
                [
                    "uuid": uuid, "exception": .string(cause?.description ?? "None"),
                    "traceback": .string(traceback ?? reason),
                ]
            )
        case .workerLost where plan.isRetry, .interrupted where plan.isRetry:
            let exception = plan.exception?.description ?? "None"
            let reason = plan.exception?.summaryLine ?? ""
            sendTaskEvent(
                "task-retried",
                ["uuid": uuid, "exception": .string(exception), "traceback": .string(reason)]
            )
        case .failure(_, let traceback), .retry(_, _, let traceback):
            let exception = plan.exception.map { JSONValue.string($0.description) } ?? "None"
            sendTaskEvent(
                "task-failed",
                ["uuid": uuid, "exception": exception, "traceback": traceback.map { .string($0) } ?? .null]
            )
        case .reject, .workerLost, .timeLimitExceeded, .interrupted:
            if let exception = plan.exception {
                sendTaskEvent(
                    "task-failed",
                    [
                        "uuid": uuid, "exception": .string(exception.description),
                        "traceback": .string(exception.traceback()),
                    ]
                )
            }
            // celery/worker/request.py, reject: of an acknowledged message there is nothing to reject.
            guard !plan.setting.isAcknowledged else { return }
            if case .reject(_, let requeue) = outcome {
                sendTaskEvent("task-rejected", ["uuid": uuid, "requeue": .bool(requeue)])
            } else if plan.goesBack {
                sendTaskEvent("task-rejected", ["uuid": uuid, "requeue": true])
            }
        case .revoked, .replaced, .ignore:
            // Of a task that was revoked before it ran everybody has been told.
            break
        }
    }
}
