import Foundation
import Synchronization

/// What a worker holds and has done, and what it knows of revoked tasks (celery/worker/state.py).
final class WorkerState: Sendable {
    private struct State {
        var tasks: [Int: TrackedTask] = [:]
        var received = 0
        var totals: [String: Int] = [:]
        var total = 0
        var active = 0
        var revoked: RevokedTasks
        var revokedStamps = RevokedStamps()
        var timeLimits: [String: TimeLimits] = [:]
    }

    /// The time limits of a task as somebody has set them from afar.
    struct TimeLimits: Sendable {
        var hard: Duration?
        var soft: Duration?
    }

    /// When the worker started.
    let startDate = Date()
    private let state: Mutex<State>

    init(_ configuration: ControlConfiguration) {
        let revoked = RevokedTasks(limit: configuration.revokesLimit, lifetime: configuration.revokesLifetime)
        state = Mutex(State(revoked: revoked))
    }

    // MARK: Tasks

    /// Takes note of a task that was received.
    func receive(_ request: TaskRequest) -> TrackedTask {
        state.withLock { state in
            state.received += 1
            let task = TrackedTask(request, number: state.received)
            state.tasks[task.number] = task
            return task
        }
    }

    /// Takes note that a task has started.
    func start(_ task: TrackedTask, pid: Int32) {
        task.start(pid: pid)
        state.withLock { state in
            state.totals[task.request.message.displayName, default: 0] += 1
            state.total += 1
            state.active += 1
        }
    }

    /// Forgets a task that has ended or was handed back.
    func end(_ task: TrackedTask) {
        let wasActive = task.phase == .active
        state.withLock { state in
            guard state.tasks.removeValue(forKey: task.number) != nil, wasActive else { return }
            state.active -= 1
        }
    }

    /// All tasks in hand, in the order in which they came.
    var tasks: [TrackedTask] { state.withLock { $0.tasks.values.sorted { $0.number < $1.number } } }
    /// How many run.
    var activeCount: Int { state.withLock { $0.active } }
    /// How many have started since the worker did.
    var total: Int { state.withLock { $0.total } }
    /// The same for each task.
    var totals: [String: Int] { state.withLock { $0.totals } }

    /// The tasks in hand that have one of some ids.
    func tasks(_ ids: [TaskID]) -> [TrackedTask] {
        let wanted = Set(ids)
        return tasks.filter { wanted.contains($0.id) }
    }

    // MARK: Revoked tasks

    /// Why a task is not to run; nil if it is.
    func revocation(of message: TaskMessage, at now: Date = Date()) -> Revocation? {
        if let expires = message.expires, expires <= now {
            return Revocation(reason: .expired)
        }
        return state.withLock { state in
            if !state.revoked.isEmpty, state.revoked.contains(message.id) { return Revocation(reason: .revoked) }
            return state.revokedStamps.match(message).map { Revocation(reason: .revoked, stamp: $0) }
        }
    }

    func revoke(_ ids: [TaskID]) {
        state.withLock { $0.revoked.insert(ids) }
    }

    func revoke(stamps: JSONObject) {
        state.withLock { $0.revokedStamps.insert(stamps) }
    }

    /// The ids of revoked tasks, those first that were revoked first.
    var revoked: [TaskID] {
        state.withLock { state in
            state.revoked.purge()
            return state.revoked.ids
        }
    }

    // MARK: Limits

    /// The limits of a task that were set from afar; nil if none were.
    func timeLimits(of task: String) -> TimeLimits? {
        state.withLock { $0.timeLimits.isEmpty ? nil : $0.timeLimits[task] }
    }

    func setTimeLimits(_ limits: TimeLimits, of task: String) {
        state.withLock { $0.timeLimits[task] = limits }
    }
}

/// Why a task is not to run.
struct Revocation: Sendable {
    enum Reason: String, Sendable {
        case expired
        case revoked
    }

    let reason: Reason
    /// The stamp by which it was revoked.
    var stamp: (header: String, value: JSONValue)?

    /// What follows the task in the log (celery/worker/request.py, `revoked`).
    var remark: String {
        stamp.map { header, value in
            " (revoked by header: \(JSONValue.object(JSONObject(pairs: [(header, value)])).exactPythonRepr))"
        } ?? ""
    }
}
