import Foundation
import Logging

/// What happens to tasks, for those who watch the worker: one call each in ``DeliveryHandler``.
extension WorkerNode {
    /// A task was received and waits for its time.
    func schedule(_ task: TrackedTask, until date: Date) {
        events.taskReceived(task.request.message)
        task.move(to: .scheduled(date))
    }

    /// Its time has come; it waits for a slot.
    func reserve(_ task: TrackedTask) {
        task.move(to: .reserved)
    }

    /// It starts.
    func start(_ task: TrackedTask, pid: Int32) {
        state.start(task, pid: pid)
        events.taskStarted(task.id)
    }

    /// It sends an event of its own.
    func send(_ event: TaskEvent, of task: TrackedTask) async {
        var fields: JSONObject = ["uuid": .string(task.id.rawValue)]
        for (name, value) in event.fields { fields[name] = value }
        await events.sendCustomEvent(event.type, fields, pid: task.pid)
    }

    /// Whether a task is not to run, for it was revoked or has expired.
    func isRefused(_ request: TaskRequest) -> Bool {
        state.revocation(of: request.message) != nil
    }

    /// How a task ends that is not to run; nil if it is.
    ///
    /// Tells the log and whoever follows the events.
    func refusal(of request: TaskRequest) -> TaskOutcome? {
        guard let revocation = state.revocation(of: request.message) else { return nil }
        logger.info("Discarding revoked task: \(request.message.displayName)[\(request.id)]\(revocation.remark)")
        events.taskRevoked(request.id, terminated: false, signal: nil, expired: revocation.reason == .expired)
        return .revoked(reason: revocation.reason.rawValue)
    }

    /// The options of a task, with the time limits that were set from afar.
    func options(of task: String) -> TaskOptions {
        var options = registry[task]?.options ?? .init()
        if let limits = state.timeLimits(of: task) {
            options.timeLimit = limits.hard
            options.softTimeLimit = limits.soft
        }
        return options
    }
}
