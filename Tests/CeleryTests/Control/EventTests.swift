import Foundation
import Logging
import ServiceLifecycleTestKit
import Testing

@testable import Celery

/// Follows a worker's events over a broker in memory.
@Suite(.timeLimit(.minutes(1))) struct EventTests {
    struct Work: TaskParameters {
        static let taskName = "work"
        typealias Output = [String: Int]
        var how: String
    }

    private static let base = ["hostname", "utcoffset", "pid", "clock"]

    private let broker = MemoryBroker()
    private let results = MemoryResultBackend()
    private var client: CeleryClient { CeleryClient(broker: broker, results: results) }

    private func worker(
        acknowledgement: TaskOptions.Acknowledgement = .late,
        adjust: (inout ControlConfiguration) -> Void = { _ in }
    ) -> Worker {
        var configuration = WorkerConfiguration(nodeName: "w@test", pool: .async(1))
        configuration.acknowledgement = acknowledgement
        configuration.control.sendsTaskEvents = true
        adjust(&configuration.control)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var worker = Worker(broker: broker, results: results, configuration: configuration, logger: logger)
        worker.register(Work.self, options: TaskOptions(maxRetries: 1)) { parameters, context in
            switch parameters.how {
            case "fail": throw PythonException.valueError("bad value")
            case "retry": throw Retry(after: .zero, cause: PythonException("OSError", message: "disk"))
            case "reject": throw Reject("no", requeue: false)
            case "send": try await context.apply(Signature("work", args: ["sent"]))
            case "event": await context.sendEvent("task-progress", fields: ["current": 1])
            default: break
            }
            return ["n": 1]
        }
        return worker
    }

    /// Runs a worker, and collects what it says until `isLast` is one of its events.
    private func events(
        of worker: Worker,
        until isLast: @escaping @Sendable (JSONValue) -> Bool,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> [(key: String, event: JSONValue)] {
        let topic = BroadcastTopic(exchange: "celeryev", routingKey: "*")
        return try await broker.withBroadcasts(of: [topic]) { broadcasts in
            try await testGracefulShutdown { trigger in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await worker.run() }
                    try await body()
                    var events: [(String, JSONValue)] = []
                    reading: for try await case .message(let broadcast) in broadcasts {
                        let message = try Message(envelope: broadcast.envelope)
                        #expect(message.headers == ["hostname": "w@test"])
                        let body = try JSONValue(parsing: message.body)
                        for event in body.arrayValue ?? [body] {
                            events.append((broadcast.routingKey, event))
                            if isLast(event) { break reading }
                        }
                    }
                    trigger.triggerGracefulShutdown()
                    try await group.waitForAll()
                    return events
                }
            }
        }
    }

    private func taskEvents(
        _ how: String,
        last: JSONValue,
        adjust: (inout SendOptions) -> Void = { _ in }
    ) async throws
        -> [(key: String, event: JSONValue)]
    {
        var options = SendOptions(taskID: "id")
        adjust(&options)
        let (client, sent) = (client, options)
        return try await events(of: worker(), until: { $0["type"] == last }) {
            _ = try await client.send("work", args: [.string(how)], options: sent)
        }.filter { $0.event["type"]?.stringValue?.hasPrefix("task-") == true }
    }

    @Test func `a task that is set aside is received, and failed`() async throws {
        let broker = broker
        let call = TaskCall(task: "work", args: ["well"])
        let events = try await events(of: worker(), until: { $0["type"] == "task-failed" }) {
            let message = call.message().markedRedelivered(deliveryCount: 5)
            let lost = OutgoingMessage(queue: "celery", message: message)
            try await broker.publish([lost])
        }
        #expect(events.suffix(2).map(\.event["type"]) == ["task-received", "task-failed"])
        let words = "WorkerLostError('Task was lost with its worker or process 5 times.')"
        #expect(events.last?.event["exception"] == .string(words))
        #expect(try await client.result(call.id).state == .failure)
        #expect(broker.deadLetters.map(\.reason) == ["lost with its worker or process 5 times"])
    }

    @Test func `a task that succeeds is received, started and succeeded`() async throws {
        let events = try await taskEvents("well", last: "task-succeeded")
        #expect(events.map(\.event["type"]) == ["task-received", "task-started", "task-succeeded"])
        #expect(Set(events.map(\.key)) == ["task.multi"])
        let received = [
            "uuid", "name", "args", "kwargs", "root_id", "parent_id", "retries", "eta", "expires", "timestamp", "type",
        ]
        #expect(events[0].event.objectValue?.keys == Self.base + received)
        #expect(events[0].event["args"] == "('well',)")
        #expect(events[1].event.objectValue?.keys == Self.base + ["uuid", "timestamp", "type"])
        #expect(events[2].event.objectValue?.keys == Self.base + ["uuid", "result", "runtime", "timestamp", "type"])
        #expect(events[2].event["result"] == "{'n': 1}")
        #expect(events.allSatisfy { $0.event["hostname"] == "w@test" && $0.event["uuid"] == "id" })
        let clocks = events.compactMap { $0.event["clock"]?.intValue }
        #expect(clocks == clocks.sorted() && Set(clocks).count == 3)
    }

    @Test func `a task that fails tells how`() async throws {
        let events = try await taskEvents("fail", last: "task-failed")
        let failed = try #require(events.last?.event)
        #expect(failed.objectValue?.keys == Self.base + ["uuid", "exception", "traceback", "timestamp", "type"])
        #expect(failed["exception"] == "ValueError('bad value')")
        #expect(failed["traceback"]?.stringValue?.hasSuffix("ValueError: bad value\n") == true)
    }

    @Test func `a retry tells its cause, and the last one is a failure`() async throws {
        let events = try await taskEvents("retry", last: "task-failed")
        let types = events.map(\.event["type"])
        #expect(
            types == [
                "task-received", "task-started", "task-retried", "task-received", "task-started", "task-failed",
            ]
        )
        try #require(events.count == 6)
        #expect(events[2].event["exception"] == "OSError('disk')")
        #expect(events[3].event["retries"] == 1)
        #expect(events[5].event["exception"] == "OSError('disk')")
    }

    @Test func `a rejected message is told beside the failure`() async throws {
        let events = try await taskEvents("reject", last: "task-rejected")
        #expect(events.suffix(2).map(\.event["type"]) == ["task-failed", "task-rejected"])
        #expect(events.last?.event["requeue"] == false)
    }

    @Test func `an acknowledged message is not rejected any more`() async throws {
        let (client, worker) = (client, worker(acknowledgement: .early))
        let events = try await events(of: worker, until: { $0["type"] == "task-succeeded" }) {
            _ = try await client.send("work", args: ["reject"], options: SendOptions(taskID: "id"))
            _ = try await client.send("work", args: ["well"])
        }
        let types = events.filter { $0.event["uuid"] == "id" }.map(\.event["type"])
        #expect(types == ["task-received", "task-started", "task-failed"])
        let failed = try #require(events.first { $0.event["type"] == "task-failed" }?.event)
        #expect(failed["traceback"]?.stringValue?.hasPrefix("Traceback (most recent call last):\n") == true)
    }

    @Test func `times are told as the sender wrote them`() async throws {
        let (broker, worker) = (broker, worker())
        let events = try await events(of: worker, until: { $0["type"] == "task-succeeded" }) {
            var message = TaskCall(task: "work", args: ["well"]).message()
            message.headers["eta"] = "2026-01-02T03:04:05+02:00"
            message.headers["expires"] = "2999-01-02T03:04:05"
            try await broker.publish([OutgoingMessage(queue: "celery", message: message)])
        }
        let received = try #require(events.first { $0.event["type"] == "task-received" }?.event)
        #expect(received["eta"] == "2026-01-02T03:04:05+02:00")
        #expect(received["expires"] == "2999-01-02T03:04:05+00:00")
    }

    @Test func `an expired task is revoked and was never received`() async throws {
        let events = try await taskEvents("well", last: "task-revoked") { $0.expires = Date(timeIntervalSinceNow: -1) }
        #expect(events.count == 1)
        let members = ["uuid", "terminated", "signum", "expired", "timestamp", "type"]
        #expect(events.first?.event.objectValue?.keys == Self.base + members)
        #expect(events.first?.event["expired"] == true)
        #expect(events.first?.event["terminated"] == false)
        #expect(events.first?.event["signum"] == .null)
    }

    @Test func `a task that nobody knows has failed`() async throws {
        let client = client
        let events = try await events(of: worker(), until: { $0["type"] == "task-failed" }) {
            _ = try await client.send("no.such")
        }
        #expect(events.last?.event["exception"] == "NotRegistered('no.such')")
    }

    @Test func `a task's own event goes alone, whether events are on or not`() async throws {
        let (client, worker) = (client, worker { $0.sendsTaskEvents = false })
        let events = try await events(of: worker, until: { $0["type"] == "task-progress" }) {
            _ = try await client.send("work", args: ["event"], options: SendOptions(taskID: "id"))
        }
        #expect(events.last?.key == "task.progress")
        #expect(events.last?.event.objectValue?.keys == Self.base + ["uuid", "current", "timestamp", "type"])
        #expect(!events.contains { $0.event["type"] == "task-started" })
    }

    @Test func `the worker says when it comes and that it is there`() async throws {
        let worker = worker { $0.heartbeatInterval = .milliseconds(10) }
        let events = try await events(of: worker, until: { $0["type"] == "worker-heartbeat" }) {}
        #expect(events.map(\.event["type"]) == ["worker-online", "worker-heartbeat"])
        #expect(events.map(\.key) == ["worker.online", "worker.heartbeat"])
        let members = ["freq", "active", "processed", "loadavg", "sw_ident", "sw_ver", "sw_sys", "timestamp", "type"]
        #expect(events.allSatisfy { $0.event.objectValue?.keys == Self.base + members })
        #expect(events[0].event["freq"] == 0.01)
        #expect(events[0].event["loadavg"]?.arrayValue?.count == 3)
    }

    @Test func `a candidate is acknowledged`() async throws {
        let broker = broker
        let events = try await events(of: worker(), until: { $0["type"] == "worker-elect-ack" }) {
            let message = Message(
                body: JSONValue.object([
                    "id": "e1", "type": "worker-elect", "clock": 90, "hostname": "other@test", "pid": 1,
                ]).serialized(),
                headers: ["hostname": "w@test"],
                properties: MessageProperties(isPersistent: false, exchange: "celeryev", routingKey: "worker.elect")
            )
            // This test listens as well.
            while try await broker.broadcast(message, exchange: "celeryev", routingKey: "worker.elect") < 2 {}
        }
        #expect(events.last?.event["id"] == "e1")
    }

    @Test func `monitors are told of what a task and its end send`() async throws {
        let (client, worker) = (client, worker { $0.sendsSentEvents = true })
        let topic = BroadcastTopic(exchange: "celeryev", routingKey: "task.sent")
        let told = try await broker.withBroadcasts(of: [topic]) { broadcasts in
            try await testGracefulShutdown { trigger in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await worker.run() }
                    let first = Signature("work", args: ["send"]).setting(["task_id": "first"])
                        .linking(Signature("work", args: ["linked"], immutable: true))
                    try await client.apply(.chain(first, Signature("work", args: ["retry"], immutable: true)))
                    var told: [JSONValue] = []
                    for try await case .message(let broadcast) in broadcasts {
                        told.append(try JSONValue(parsing: Message(envelope: broadcast.envelope).body))
                        if told.count == 4 { break }
                    }
                    trigger.triggerGracefulShutdown()
                    try await group.waitForAll()
                    return told
                }
            }
        }
        #expect(told.map { $0["args"] } == ["('sent',)", "('linked',)", "('retry',)", "('retry',)"])
        #expect(told.prefix(3).allSatisfy { $0["parent_id"] == "first" && $0["root_id"] == "first" })
        #expect(told.map { $0["retries"] } == [0, 0, 0, 1])
        #expect(told.allSatisfy { $0["queue"] == "celery" && $0["name"] == "work" })
    }

    @Test func `many events go in batches of 24`() async throws {
        let clock = LamportClock()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let dispatcher = EventDispatcher(
            broker: broker,
            nodeName: "w@test",
            clock: clock,
            isEnabled: true,
            sendsTaskEvents: true,
            logger: logger
        )
        let sizes = try await broker.withBroadcasts(of: [BroadcastTopic(exchange: "celeryev", routingKey: "*")]) {
            all in
            for number in 0..<50 { dispatcher.sendTaskEvent("task-x", ["uuid": .integer(number)]) }
            let sending = Task { await dispatcher.run() }
            defer { sending.cancel() }
            await dispatcher.flush()
            var sizes: [Int] = []
            for try await case .message(let broadcast) in all {
                let body = try JSONValue(parsing: Message(envelope: broadcast.envelope).body)
                sizes.append(body.arrayValue?.count ?? 0)
                if sizes.reduce(0, +) == 50 { return sizes }
            }
            return sizes
        }
        #expect(sizes == [24, 24, 2])
    }

    @Test func `events of tasks can be turned on and off, unless they were on from the start`() {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let make = { (isOn: Bool) in
            EventDispatcher(
                broker: MemoryBroker(),
                nodeName: "w@test",
                clock: LamportClock(),
                isEnabled: true,
                sendsTaskEvents: isOn,
                logger: logger
            )
        }
        let off = make(false)
        #expect([off.sendsTaskEvents, off.disableTaskEvents(), off.enableTaskEvents()] == [false, false, true])
        #expect([off.sendsTaskEvents, off.enableTaskEvents(), off.disableTaskEvents()] == [true, false, true])
        #expect(!off.sendsTaskEvents)
        let on = make(true)
        #expect([on.enableTaskEvents(), on.disableTaskEvents(), on.sendsTaskEvents] == [false, false, true])
    }
}
