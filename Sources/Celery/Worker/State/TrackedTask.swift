import Foundation
import Synchronization

/// A task in the hands of the worker, as `inspect` shows it.
final class TrackedTask: Sendable {
    /// Where it is.
    enum Phase: Sendable, Hashable {
        /// It waits for its time.
        case scheduled(Date)
        /// It waits for a slot, or for its rate.
        case reserved
        /// It runs.
        case active
    }

    private struct State {
        var phase = Phase.reserved
        var start: Date?
        var pid: Int32?
        var isAcknowledged = false
    }

    let request: TaskRequest
    /// Its place among all that the worker has received.
    let number: Int
    /// Ends its run.
    let control = JobControl()
    private let state = Mutex(State())

    init(_ request: TaskRequest, number: Int) {
        self.request = request
        self.number = number
    }

    var id: TaskID { request.id }
    var phase: Phase { state.withLock { $0.phase } }
    /// When it started; nil if it has not.
    var start: Date? { state.withLock { $0.start } }
    /// Whether it was acknowledged early.
    var isAcknowledged: Bool { state.withLock { $0.isAcknowledged } }

    /// The process that runs it; this one until it is known.
    var pid: Int32 { state.withLock { $0.pid } ?? ProcessInfo.processInfo.processIdentifier }

    func move(to phase: Phase) {
        state.withLock { $0.phase = phase }
    }

    func start(pid: Int32, at date: Date = Date()) {
        state.withLock { state in
            state.phase = .active
            state.start = date
            state.pid = pid
        }
    }

    func acknowledge() {
        state.withLock { $0.isAcknowledged = true }
    }

    /// How its run ended: as somebody wanted, if it did not come to an end of its own.
    func resolve(_ outcome: TaskOutcome) -> TaskOutcome {
        switch outcome {
        case .workerLost where control.signal != nil, .interrupted where control.signal != nil:
            .revoked(reason: "terminated")
        case .workerLost where control.isCancelled:
            .interrupted
        default:
            outcome
        }
    }

    /// What `inspect` shows (celery/worker/request.py, `info`); with `safe` the arguments are shown as text.
    func info(safe: Bool = false) -> JSONValue {
        let state = state.withLock { $0 }
        let message = request.message
        return [
            "id": .string(message.id.rawValue),
            "name": .string(message.displayName),
            "args": safe ? .string(message.argsRepr) : .array(message.args),
            "kwargs": safe ? .string(message.kwargsRepr) : .object(message.kwargs),
            "type": .string(message.task),
            "hostname": .string(request.nodeName),
            "time_start": state.start.map { .double($0.timeIntervalSince1970) } ?? .null,
            "acknowledged": .bool(state.isAcknowledged),
            "delivery_info": [
                "exchange": .string(message.properties.exchange),
                "routing_key": .string(message.properties.routingKey),
                "priority": .integer(message.priority),
                "redelivered": .bool(message.isRedelivered),
            ],
            "worker_pid": state.pid.map { .integer(Int($0)) } ?? .null,
        ]
    }
}
