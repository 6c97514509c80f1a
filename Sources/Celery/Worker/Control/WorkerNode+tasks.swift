import Foundation
import Logging

/// What happens to tasks, for those who watch the worker: one call each in ``DeliveryHandler``.
extension WorkerNode {
    /// A task was received; one that was parked has been told of before.
    func received(_ message: TaskMessage) {
        guard !message.message().wasParked else { return }
        events.taskReceived(message)
    }

    /// A task was received and waits for its time.
    func schedule(_ task: TrackedTask, until date: Date) {
        received(task.request.message)
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

    /// Whether nothing but a stamp keeps a task from running.
    ///
    /// celery/worker/strategy.py: stamps are looked at when it would start, so it is told of as received before.
    func isRefusedByStampAlone(_ request: TaskRequest) -> Bool {
        request.message.expires == nil && state.revocation(of: request.message)?.stamp != nil
    }

    /// How a task ends that is not to run; nil if it is.
    ///
    /// Tells the log and whoever follows the events. A task that has expired counts as revoked from then on.
    func refusal(of request: TaskRequest) -> TaskOutcome? {
        guard let revocation = state.revocation(of: request.message) else { return nil }
        tellOfRefusal(request, revocation)
        // celery/worker/request.py, maybe_expire
        if revocation.reason == .expired { state.revoke([request.id]) }
        return .revoked(reason: revocation.reason.rawValue)
    }

    private func tellOfRefusal(_ request: TaskRequest, _ revocation: Revocation) {
        logger.info("Discarding revoked task: \(request.message.displayName)[\(request.id)]\(revocation.remark)")
        events.taskRevoked(request.id, terminated: false, signal: nil, expired: revocation.reason == .expired)
    }

    /// Whether a task that had a time of its own was revoked before it came, longer ago than this worker remembers.
    ///
    /// Such a message waits in the broker, perhaps for days, while workers come and go. Its stored state tells.
    func wasRevokedWhileScheduled(_ request: TaskRequest) async -> Bool {
        guard request.message.eta != nil else { return false }
        do {
            guard try await results.document(for: request.id)?.state == .revoked else { return false }
        } catch {
            logger.debug("the state of a scheduled task cannot be read", metadata: ["error": "\(error)"])
            return false
        }
        tellOfRefusal(request, Revocation(reason: .revoked))
        return true
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
