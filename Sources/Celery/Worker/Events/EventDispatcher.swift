import Foundation
import Logging
import Synchronization

/// Sends a node's events (celery/events/dispatcher.py).
///
/// Events of tasks are gathered and sent up to 24 at a time, as soon as the ones before them are through. All others go
/// alone. While the broker is away the newest 10,000 are kept, and sent in their order when it is back. One is sent twice
/// only if the broker passed it on and the connection broke before it said so.
final class EventDispatcher: Sendable {
    /// celery/events/event.py: EVENT_EXCHANGE_NAME.
    static let exchange = "celeryev"

    private struct State {
        /// The groups whose events are sent; all when empty.
        var groups: Set<String>
        var waiting = EventBuffer()
        var utcOffset = EventDispatcher.utcOffset
        /// Those who wait until nothing waits any more.
        var idle: [AsyncStream<Void>.Continuation] = []
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
        keep(event(type, fields(), pid: Self.pid))
    }

    /// Sends an event of the worker, if such events are sent.
    ///
    /// One that cannot be sent now is kept (celery/events/dispatcher.py, `buffer_while_offline`).
    func send(_ type: String, _ fields: JSONObject) async {
        guard isSent(type) else { return }
        await sendOrKeep(event(type, fields, pid: Self.pid), routingKey: Self.routingKey(type))
    }

    /// Sends an event, if such events are sent; one that cannot be sent now is worth nothing later, and lost.
    func sendOnce(_ type: String, _ fields: JSONObject) async {
        guard isSent(type) else { return }
        guard !state.withLock({ $0.waiting.isHeldUp }) else { return }
        do {
            try await publish(event(type, fields, pid: Self.pid), routingKey: Self.routingKey(type))
        } catch {
            logger.debug("an event is lost", metadata: ["type": "\(type)", "error": "\(error)"])
        }
    }

    /// Sends an event that a task has made; tasks' own events are sent whether others are or not (celery/app/task.py).
    ///
    /// - Parameters:
    ///   - type: The type, such as `task-progress`.
    ///   - fields: The fields that are its own.
    ///   - pid: The process that ran the task.
    func sendCustomEvent(_ type: String, _ fields: JSONObject, pid: Int32) async {
        await sendOrKeep(event(type, fields, pid: pid), routingKey: Self.routingKey(type))
    }

    /// Sends what is gathered and what is kept, until cancelled.
    func run() async {
        for await _ in wake.stream {
            await sendWaiting()
            let idle = state.withLock { state in
                defer { state.idle = [] }
                return state.idle
            }
            for waiter in idle { waiter.finish() }
        }
    }

    /// Waits until all that is gathered and kept is sent, or until cancelled; ``run()`` sends it.
    func flush() async {
        let (sent, continuation) = AsyncStream.makeStream(of: Void.self)
        state.withLock { $0.idle.append(continuation) }
        wake.continuation.yield()
        for await _ in sent {}
    }

    /// Sends what waits, trying each batch again until it is through.
    private func sendWaiting() async {
        var backoff = Backoff()
        while !Task.isCancelled, let batch = state.withLock({ $0.waiting.next }) {
            do {
                try await publish(batch.body, routingKey: batch.routingKey)
                state.withLock { $0.waiting.remove(batch) }
                backoff = Backoff()
            } catch {
                state.withLock { $0.waiting.holdUp() }
                logger.debug("events wait for the broker", metadata: ["error": "\(error)"])
                // Ends early only by cancellation, and the loop with it.
                try? await Task.sleep(for: backoff.next())
            }
        }
    }

    /// Sends an event alone, unless earlier ones wait for the broker.
    private func sendOrKeep(_ event: JSONValue, routingKey: String) async {
        do {
            guard !state.withLock({ $0.waiting.isHeldUp }) else { return keep(event, routingKey: routingKey) }
            try await publish(event, routingKey: routingKey)
        } catch {
            keep(event, routingKey: routingKey)
            state.withLock { $0.waiting.holdUp() }
        }
    }

    private func keep(_ event: JSONValue, routingKey: String? = nil) {
        let isFirst = state.withLock { $0.waiting.append(event, routingKey: routingKey) }
        if isFirst { wake.continuation.yield() }
    }

    private func publish(_ body: JSONValue, routingKey: String) async throws {
        let message = Message(
            body: body.serialized(),
            headers: ["hostname": .string(nodeName)],
            properties: MessageProperties(isPersistent: false, exchange: Self.exchange, routingKey: routingKey)
        )
        try await broker.broadcast(message, exchange: Self.exchange, routingKey: routingKey)
    }

    /// Whether events of the group of this one are sent.
    private func isSent(_ type: String) -> Bool {
        let group = type.split(separator: "-", maxSplits: 1).first.map(String.init) ?? type
        return isEnabled && state.withLock { $0.groups.isEmpty || $0.groups.contains(group) }
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
