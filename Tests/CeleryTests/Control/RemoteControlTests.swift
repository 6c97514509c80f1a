import Foundation
import Logging
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import Celery

/// Asks a worker over a broker in memory.
@Suite(.timeLimit(.minutes(1))) struct RemoteControlTests {
    struct Wait: TaskParameters {
        static let taskName = "wait"
        typealias Output = String
        var number: Int?
    }

    private let broker = MemoryBroker()
    private let results = MemoryResultBackend()
    private let gate = TaskGate()
    private var client: CeleryClient { CeleryClient(broker: broker, results: results) }

    private func worker(adjust: (inout WorkerConfiguration) -> Void = { _ in }) -> Worker {
        var configuration = WorkerConfiguration(nodeName: "w@test", pool: .async(1))
        adjust(&configuration)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var worker = Worker(broker: broker, results: results, configuration: configuration, logger: logger)
        let gate = gate
        worker.register(Wait.self, options: TaskOptions(maxRetries: 5)) { _, _ in
            try await gate.pass()
            return "done"
        }
        worker.registerControlCommand("greet") { call in
            ["hello": call.arguments["name"] ?? nil, "from": .string(call.nodeName)]
        }
        worker.registerControlCommand("fail") { _ in throw PythonException.valueError("no") }
        return worker
    }

    private func running(_ worker: Worker, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let gate = gate
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                try await body()
                gate.open()
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    /// Asks until the worker hears it; the answer of the only one there is.
    private func ask(_ method: String, _ arguments: JSONObject = [:]) async throws -> JSONValue {
        let mailbox = ControlMailbox(broker: broker, clock: LamportClock())
        while true {
            let replies = try await mailbox.ask(method, arguments, timeout: .seconds(20))
            if let reply = replies.first {
                #expect(replies.count == 1)
                #expect(reply.node == "w@test")
                return reply.answer
            }
            // Who does not listen yet cannot be asked, and nobody tells when it does.
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    @Test func `each command of the client is understood`() async throws {
        try await running(worker { $0.autoscale = AutoscaleLimits(max: 4, min: 1) }) {
            _ = try await ask("ping")
            let (control, here) = (client.control, ControlDestination.node("w@test"))
            let replies = [
                try await control.limitRate(RateLimit(10, per: .seconds(60)), of: "wait", destination: here),
                try await control.limitTime(of: "wait", hard: .seconds(9), soft: .seconds(5), destination: here),
                try await control.autoscale(AutoscaleLimits(max: 3, min: 2), destination: here),
                try await control.growPool(by: 2, destination: here),
                try await control.shrinkPool(destination: here),
                try await control.addConsumer(Queue("q2", routingKey: "k"), destination: here),
                try await control.cancelConsumer("celery", destination: here),
                try await control.sendEvents(true, destination: here),
                try await control.sendEvents(false, destination: here),
                try await control.limitRate(.none, of: "nosuch", destination: here),
            ]
            #expect(replies.map(\.count) == Array(repeating: 1, count: replies.count))
            let answers = replies.flatMap { $0.map(\.answer) }
            let words = [
                "new rate limit set successfully", "time limits set successfully", "autoscale now max=3 min=2",
            ]
            #expect(answers.prefix(3).map { $0["ok"]?.stringValue } == words)
            #expect(answers.dropFirst(3).map { $0["ok"] != nil } == [false, false, true, true, true, true, false])
            #expect(answers.last == ["error": "unknown task"])
            let queues = try await control.inspect(.activeQueues)["w@test"]?.arrayValue ?? []
            #expect(queues.map { $0["name"] } == ["q2"])
            #expect(queues.first?["routing_key"] == "k")
        }
    }

    @Test(arguments: Inspection.allCases)
    func `each inspection is answered by name of the node`(inspection: Inspection) async throws {
        try await running(worker()) {
            let answer = try await ask(inspection.rawValue)
            #expect(answer["error"] == nil)
            #expect(try await client.control.inspect(inspection, of: .node("w@test")).keys.sorted() == ["w@test"])
        }
    }

    @Test func `ping is answered with pong`() async throws {
        try await running(worker()) {
            let answer = try await ask("ping")
            #expect(answer == ["ok": "pong"])
        }
    }

    @Test(
        arguments: [
            ("nosuch", [:], ["error": "KeyError('nosuch')"]),
            ("greet", ["name": "x"], ["hello": "x", "from": "w@test"]),
            ("fail", [:], ["error": "ValueError('no')"]),
            ("revoked", [:], []),
            ("active", [:], []),
            ("query_task", ["ids": ["a"]], [:]),
            ("registered", [:], ["wait"]),
            ("registered", ["taskinfoitems": ["name", "max_retries", "_x"]], ["wait [name=wait max_retries=5]"]),
            ("rate_limit", ["task_name": "wait", "rate_limit": "10/m"], ["ok": "new rate limit set successfully"]),
            ("rate_limit", ["task_name": "wait", "rate_limit": 0], ["ok": "rate limit disabled successfully"]),
            ("rate_limit", ["task_name": "no", "rate_limit": "1/s"], ["error": "unknown task"]),
            (
                "rate_limit", ["task_name": "wait", "rate_limit": "bad"],
                ["error": "Invalid rate limit string: ValueError(\"could not convert string to float: 'bad'\")"]
            ),
            ("time_limit", ["task_name": "wait", "hard": 9, "soft": 5], ["ok": "time limits set successfully"]),
            ("time_limit", ["task_name": "no", "hard": 9], ["error": "unknown task"]),
            ("enable_events", [:], ["ok": "task events enabled"]),
            ("disable_events", [:], ["ok": "task events already disabled"]),
            ("heartbeat", [:], nil),
            ("pool_restart", [:], ["error": "ValueError('Pool restarts not enabled')"]),
            ("autoscale", ["max": 3, "min": 1], ["error": "ValueError('Autoscale not enabled')"]),
            ("revoke", [:], ["error": "TypeError(\"revoke() missing 1 required positional argument: 'task_id'\")"]),
            ("revoke", ["task_id": "x"], ["ok": "tasks {'x'} flagged as revoked"]),
            ("revoke", ["task_id": ["x", "x"], "terminate": true], ["ok": "terminate: tasks unknown"]),
            (
                "revoke_by_stamped_headers", ["headers": ["h": ["v"]]],
                ["ok": "headers {'h': ['v']} flagged as revoked, but not terminated"]
            ),
            (
                "revoke_by_stamped_headers", ["headers": ["h=v"], "terminate": true],
                ["ok": "headers {'h': 'v'} were not terminated"]
            ),
            (
                "terminate", ["task_id": "x", "signal": "kill"],
                ["error": "TypeError('signal name must be uppercase string.')"]
            ),
            ("hello", ["from_node": "w@test"], nil),
            ("objgraph", [:], ["error": "ImportError('Requires the objgraph library')"]),
            ("election", ["id": "e", "topic": "task"], nil),
        ] as [(String, JSONObject, JSONValue)]
    )
    func `a command is answered as Celery does`(method: String, arguments: JSONObject, answer: JSONValue) async throws {
        try await running(worker()) {
            let given = try await ask(method, arguments)
            #expect(given == answer)
        }
    }

    @Test func `hello brings the revoked tasks of both`() async throws {
        try await running(worker()) {
            _ = try await ask("revoke", ["task_id": "mine"])
            let answer = try await ask("hello", ["from_node": "v@test", "revoked": ["yours": [1.5, "x"]]])
            #expect(answer["revoked"] == ["mine", "yours"])
            #expect(answer["clock"]?.intValue ?? 0 > 0)
        }
    }

    @Test func `a task shows up where it is`() async throws {
        try await running(worker()) {
            let running = try await client.send("wait", args: [1])
            let waiting = try await client.send("wait", args: [2])
            let later = try await client.send("wait", args: [3], options: SendOptions(countdown: .seconds(500)))
            await gate.waitForArrival()
            let ids: JSONValue = .array([running, waiting, later].map { .string($0.id.rawValue) })
            while try await ask("query_task", ["ids": ids]).objectValue?.keys.count != 3 {}
            let query = try await ask("query_task", ["ids": ids])
            #expect(query[running.id.rawValue]?[0] == "active")
            #expect(query[waiting.id.rawValue]?[0] == "reserved")
            #expect(query[later.id.rawValue]?[0] == "scheduled")

            let active = try await ask("active", ["safe": true])
            #expect(active[0]?["args"] == "(1,)")
            #expect(active[0]?["worker_pid"] == .integer(Int(ProcessInfo.processInfo.processIdentifier)))
            #expect(active[0]?["time_start"]?.doubleValue ?? 0 > 0)
            let members = [
                "id", "name", "args", "kwargs", "type", "hostname", "time_start", "acknowledged", "delivery_info",
                "worker_pid",
            ]
            #expect(active[0]?.objectValue?.keys == members)
            #expect(try await ask("reserved")[0]?["id"]?.stringValue == waiting.id.rawValue)
            let scheduled = try await ask("scheduled")
            #expect(scheduled[0]?.objectValue?.keys == ["eta", "priority", "request"])
            #expect(scheduled[0]?["priority"] == 6)
            #expect(scheduled[0]?["request"]?["time_start"] == .null)
            #expect(try await ask("stats")["total"] == ["wait": 1])
        }
    }

    @Test func `a waiting task is REVOKED at once and not run`() async throws {
        try await running(worker()) {
            let running = try await client.send("wait", args: [1])
            let waiting = try await client.send("wait", args: [2])
            await gate.waitForArrival()
            _ = try await ask("revoke", ["task_id": .string(waiting.id.rawValue)])
            let document = try #require(try await waiting.document())
            #expect(document.state == .revoked)
            #expect(document.result == PythonException.taskRevoked("revoked").jsonValue)
            gate.open()
            #expect(try await running.value(timeout: .seconds(30)) == "done")
            #expect(gate.arrivals == 1)
        }
    }

    @Test func `a task that has a result keeps it when it is revoked`() async throws {
        try await running(worker()) {
            gate.open()
            let result = try await client.send("wait")
            _ = try await result.value(timeout: .seconds(30))
            _ = try await ask("revoke", ["task_id": .string(result.id.rawValue)])
            #expect(try await result.state == .success)
        }
    }

    @Test func `a running task is ended by terminate`() async throws {
        try await running(worker()) {
            let result = try await client.send("wait", args: [1])
            await gate.waitForArrival()
            let id = result.id.rawValue
            #expect(
                try await ask("terminate", ["task_id": .string(id), "signal": "KILL"]) == [
                    "ok": .string("terminate: \(id)")
                ]
            )
            let error = await #expect(throws: PythonException.self) { try await result.value(timeout: .seconds(30)) }
            #expect(error == .taskRevoked("terminated"))
        }
    }

    @Test func `a stamp revokes what comes later`() async throws {
        try await running(worker()) {
            gate.open()
            _ = try await ask("revoke_by_stamped_headers", ["headers": ["run": [7]]])
            var call = TaskCall(task: "wait")
            call.stampedHeaders = ["run"]
            call.stamps = ["run": 7]
            try await broker.publish([OutgoingMessage(queue: "celery", message: call.message())])
            let error = await #expect(throws: PythonException.self) {
                try await client.result(call.id).value(timeout: .seconds(30))
            }
            #expect(error == .taskRevoked("revoked"))
            #expect(gate.arrivals == 0)
        }
    }

    @Test func `a worker that starts alone knows what was revoked before`() async throws {
        try await running(worker()) { _ = try await ask("revoke", ["task_id": ["a", "b"]]) }
        try await running(worker()) {
            let revoked = try await ask("revoked")
            #expect(revoked == ["a", "b"])
        }
    }

    // celery/worker/request.py, maybe_expire
    @Test func `an expired task counts as revoked, also for workers that start later`() async throws {
        try await running(worker()) {
            let late = SendOptions(taskID: "late", expires: Date(timeIntervalSinceNow: -1))
            let result = try await client.send("wait", options: late)
            let error = await #expect(throws: PythonException.self) { try await result.value(timeout: .seconds(30)) }
            #expect(error == .taskRevoked("expired"))
            #expect(try await ask("revoked") == ["late"])
            #expect(try await ask("hello", ["from_node": "v@test", "revoked": []])["revoked"] == ["late"])
        }
        try await running(worker()) {
            let revoked = try await ask("revoked")
            #expect(revoked == ["late"])
        }
    }

    @Test func `a worker that drains still answers`() async throws {
        let (gate, worker) = (gate, worker())
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                let result = try await client.send("wait")
                await gate.waitForArrival()
                trigger.triggerGracefulShutdown()
                #expect(try await ask("active")[0]?["id"]?.stringValue == result.id.rawValue)
                gate.open()
                try await group.waitForAll()
            }
        }
    }

    @Test func `shutdown stops the worker warm`() async throws {
        let worker = worker()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            #expect(try await ask("ping") == ["ok": "pong"])
            try await ControlMailbox(broker: broker, clock: LamportClock()).tell("shutdown", [:])
            try await group.waitForAll()
        }
    }

    @Test func `a worker without remote control is silent`() async throws {
        try await running(worker { $0.control.isEnabled = false }) {
            gate.open()
            _ = try await client.send("wait").value(timeout: .seconds(30))
            let mailbox = ControlMailbox(broker: broker, clock: LamportClock())
            #expect(try await mailbox.tell("ping", [:]) == 0)
        }
    }
}

/// Lets tasks wait until it is opened.
final class TaskGate: Sendable {
    private struct State {
        var isOpen = false
        var arrivals = 0
        var waiting: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())
    private let arrived = AsyncStream.makeStream(of: Void.self)

    var arrivals: Int { state.withLock { $0.arrivals } }

    func pass() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let isOpen = state.withLock { state in
            state.arrivals += 1
            state.waiting[state.arrivals] = continuation
            return state.isOpen
        }
        arrived.continuation.yield()
        if isOpen { return }
        for await _ in stream {}
        try Task.checkCancellation()
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            return state.waiting.values.map(\.self)
        }
        for continuation in waiting { continuation.finish() }
    }

    func waitForArrival() async {
        for await _ in arrived.stream { break }
    }
}
