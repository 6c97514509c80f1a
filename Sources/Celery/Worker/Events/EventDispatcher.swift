import DequeModule
import Foundation
import Logging
import Synchronization

/// Sends a node's events (celery/events/dispatcher.py).
///
/// Events of tasks are gathered and sent up to 24 at a time, as soon as the ones before them are through. All others go
/// alone. While the broker is away the newest are kept.
final class EventDispatcher: Sendable {
    /// celery/events/event.py: EVENT_EXCHANGE_NAME.
    static let exchange = "celeryev"
    /// celery/events/dispatcher.py: buffer_limit.
    private static let batchSize = 24
    private static let mostKept = 10_000

    private struct State {
        /// The groups whose events are sent; all when empty.
        var groups: Set<String>
        var waiting: Deque<JSONValue> = []
        var utcOffset = EventDispatcher.utcOffset
    }

    /// Whether any event is sent at all.
    let isEnabled: Bool
    let clock: LamportClock
    let nodeName: String
    /// In which time zone times are shown; UTC when nil.
    let timeZone: TimeZone?
    private let broker: any Broker
    private let logger: Logger
    private let state: Mutex<State>
    private let tasksAreSent: Atomic<Bool>
    private let wake = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Makes a dispatcher; with `sendsTaskEvents` all groups are sent from the start, otherwise only that of the worker.
    init(
        broker: any Broker,
        nodeName: String,
        clock: LamportClock,
        isEnabled: Bool,
        sendsTaskEvents: Bool,
        timeZone: TimeZone? = nil,
        logger: Logger
    ) {
        self.broker = broker
        self.nodeName = nodeName
        self.clock = clock
        self.isEnabled = isEnabled
        self.timeZone = timeZone
        self.logger = logger
        state = Mutex(State(groups: sendsTaskEvents ? [] : ["worker"]))
        tasksAreSent = Atomic(isEnabled && sendsTaskEvents)
    }

    /// Whether events of tasks are sent now.
    var sendsTaskEvents: Bool { tasksAreSent.load(ordering: .relaxed) }

    /// Turns events of tasks on.
    ///
    /// - Returns: Whether that changes anything.
    func enableTaskEvents() -> Bool {
        let changes = state.withLock { !$0.groups.isEmpty && $0.groups.insert("task").inserted }
        if changes { tasksAreSent.store(isEnabled, ordering: .relaxed) }
        return changes
    }

    /// Turns events of tasks off, if they were turned on from afar.
    ///
    /// - Returns: Whether that changes anything.
    func disableTaskEvents() -> Bool {
        let changes = state.withLock { $0.groups.remove("task") != nil }
        if changes { tasksAreSent.store(false, ordering: .relaxed) }
        return changes
    }

    // MARK: Sending

    /// Gathers an event of a task; costs nothing when such events are off.
    ///
    /// - Parameters:
    ///   - type: The type, such as `task-started`.
    ///   - fields: The fields that are its own.
    func sendTaskEvent(_ type: String, _ fields: @autoclosure () -> JSONObject) {
        guard sendsTaskEvents else { return }
        let event = event(type, fields(), pid: Self.pid)
        let isFirst = state.withLock { state in
            if state.waiting.count >= Self.mostKept { state.waiting.removeFirst() }
            state.waiting.append(event)
            return state.waiting.count == 1
        }
        if isFirst { wake.continuation.yield() }
    }

    /// Sends an event of the worker, if such events are sent.
    ///
    /// An event that cannot be sent is lost.
    func send(_ type: String, _ fields: JSONObject) async {
        let group = type.split(separator: "-", maxSplits: 1).first.map(String.init) ?? type
        guard isEnabled, state.withLock({ $0.groups.isEmpty || $0.groups.contains(group) }) else { return }
        await publish(event(type, fields, pid: Self.pid), routingKey: Self.routingKey(type))
    }

    /// Sends an event that a task has made; tasks' own events are sent whether others are or not (celery/app/task.py).
    ///
    /// - Parameters:
    ///   - type: The type, such as `task-progress`.
    ///   - fields: The fields that are its own.
    ///   - pid: The process that ran the task.
    func sendCustomEvent(_ type: String, _ fields: JSONObject, pid: Int32) async {
        await publish(event(type, fields, pid: pid), routingKey: Self.routingKey(type))
    }

    /// Sends what is gathered, until cancelled.
    func run() async {
        for await _ in wake.stream { await flush() }
    }

    /// Sends what is gathered now.
    func flush() async {
        while true {
            let batch = state.withLock { state in
                let batch = Array(state.waiting.prefix(Self.batchSize))
                state.waiting.removeFirst(batch.count)
                return batch
            }
            guard !batch.isEmpty else { return }
            await publish(.array(batch), routingKey: "task.multi")
        }
    }

    private func publish(_ body: JSONValue, routingKey: String) async {
        let message = Message(
            body: body.serialized(),
            headers: ["hostname": .string(nodeName)],
            properties: MessageProperties(isPersistent: false, exchange: Self.exchange, routingKey: routingKey)
        )
        do {
            try await broker.broadcast(message, exchange: Self.exchange, routingKey: routingKey)
        } catch {
            logger.debug("events are lost", metadata: ["routing_key": "\(routingKey)", "error": "\(error)"])
        }
    }

    private func event(_ type: String, _ fields: JSONObject, pid: Int32) -> JSONValue {
        var event: JSONObject = [
            "hostname": .string(nodeName),
            "utcoffset": .double(state.withLock { $0.utcOffset }),
            "pid": .integer(Int(pid)),
            "clock": .integer(clock.forward()),
        ]
        for (name, value) in fields { event[name] = value }
        event["timestamp"] = .double(Date().timeIntervalSince1970)
        event["type"] = .string(type)
        return .object(event)
    }

    /// Looks at the time zone again: it changes twice a year in some places.
    func refreshUTCOffset() {
        state.withLock { $0.utcOffset = Self.utcOffset }
    }

    /// Hours west of UTC (celery/utils/time.py, `utcoffset`).
    private static var utcOffset: Double {
        // Adding zero makes -0.0 a plain zero.
        -Double(TimeZone.current.secondsFromGMT()) / 3600 + 0
    }

    private static let pid = ProcessInfo.processInfo.processIdentifier

    private static func routingKey(_ type: String) -> String { type.replacing("-", with: ".") }
}
