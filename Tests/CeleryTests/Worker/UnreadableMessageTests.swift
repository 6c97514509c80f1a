import Foundation
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

@testable import Celery

/// Messages that cannot be read, and those who wait for them.
@Suite(.timeLimit(.minutes(1))) struct UnreadableMessageTests {
    private let broker = MemoryBroker()
    private let results = MemoryResultBackend()

    /// Runs a worker that reads JSON alone while `body` runs.
    private func running(_ body: @escaping @Sendable (CeleryClient) async throws -> Void) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let configuration = WorkerConfiguration(nodeName: "w@test", pool: .async(1))
        var worker = Worker(broker: broker, results: results, configuration: configuration, logger: logger)
        worker.register(Add.self) { parameters, _ in parameters.x + parameters.y }
        worker.register(Sum.self) { parameters, _ in parameters.numbers.reduce(0, +) }
        let running = worker
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await running.run() }
                try await body(CeleryClient(broker: broker, results: results))
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    private func failure(of id: TaskID, _ client: CeleryClient) async throws -> PythonException? {
        await #expect(throws: PythonException.self) { try await client.result(id).value(timeout: .seconds(20)) }
    }

    private func publish(_ message: Message) async throws {
        try await broker.publish([OutgoingMessage(queue: "celery", message: message)])
    }

    @Test(arguments: [true, false])
    func `a chord fails whose header has a part that is refused`(sizeComesFirst: Bool) async throws {
        let start = Effect.startChord(group: "g", size: 2)
        if sizeComesFirst { _ = try await results.apply([start]) }
        var refused = TaskCall(task: "add", args: [1, 1])
        refused.group = "g"
        refused.groupIndex = 0
        try await publish(refused.message(ContentSettings(serializer: .msgpack)))
        var other = TaskCall(task: "add", args: [1, 2])
        other.group = "g"
        other.groupIndex = 1
        other.embed.chord = ["task": "sum", "args": [], "kwargs": [:], "options": ["task_id": "body"]]
        let (id, second) = (refused.id, other.message())
        try await running { client in
            let refusal = try await failure(of: id, client)
            #expect(refusal?.type == "ContentDisallowed")
            if !sizeComesFirst { _ = try await results.apply([start]) }
            try await publish(second)
            let exception = try await failure(of: "body", client)
            #expect(exception?.type == "ChordError")
            #expect(exception?.message.contains("raised ContentDisallowed") == true)
        }
        #expect(broker.deadLetters.count == 1)
    }

    @Test func `a chord whose last part is refused waits until that part is sent back and can be read`() async throws {
        _ = try await results.apply([.startChord(group: "g", size: 2)])
        var calls = [TaskCall(task: "add", args: [1, 2]), TaskCall(task: "add", args: [1, 1])]
        for index in calls.indices {
            calls[index].group = "g"
            calls[index].groupIndex = index
            calls[index].embed.chord = ["task": "sum", "args": [], "kwargs": [:], "options": ["task_id": "body"]]
        }
        let (first, last) = (calls[0], calls[1])
        try await running { client in
            try await publish(first.message())
            let value = try await client.result(first.id).value(timeout: .seconds(20))
            #expect(value == 3)
        }
        // That worker has stopped: its part is counted.
        try await running { client in
            try await publish(last.message(ContentSettings(serializer: .msgpack)))
            #expect(try await failure(of: last.id, client)?.type == "ContentDisallowed")
            #expect(try await client.result("body").state == .pending)
            try await publish(last.message())
            #expect(try await failure(of: "body", client)?.type == "ChordError")
        }
        #expect(broker.deadLetters.count == 1)
    }

    @Test func `a group without a chord leaves nothing behind`() async throws {
        let refused = Signature("add", args: [1, 1], options: ["serializer": "msgpack"])
        try await running { client in
            let result = try await client.apply(.group([refused, Signature("add", args: [1, 2])]))
            let members = try #require(result.members)
            _ = try await failure(of: members[0].id, client)
            let value = try await members[1].value(timeout: .seconds(20))
            #expect(value == 3)
        }
    }

    @Test(arguments: ["retries", "group_index", "timelimit", "expires", "stamps", "ignore_result"])
    func `what follows a message with a broken header fails with it`(header: String) async throws {
        var call = TaskCall(task: "add", args: [1, 2])
        let (next, errback, body) = ("next-\(header)", "errback-\(header)", "body-\(header)")
        func signature(_ task: String, _ id: String) -> JSONValue {
            [
                "task": .string(task), "args": [], "kwargs": [:], "options": ["task_id": .string(id)],
                "subtask_type": nil, "immutable": false,
            ]
        }
        call.group = "g-\(header)"
        call.groupIndex = 0
        call.embed = TaskEmbed(
            errbacks: [signature("note", errback)],
            chain: [signature("add", next)],
            chord: signature("sum", body)
        )
        _ = try await results.apply([.startChord(group: "g-\(header)", size: 1)])
        var message = call.message()
        message.headers[header] = .string("broken")
        try await publish(message)
        let id = call.id
        try await running { client in
            let exception = try await failure(of: id, client)
            #expect(exception?.type == "InvalidTaskError")
            #expect(exception?.message.contains("headers.\(header)") == true)
            #expect(try await failure(of: TaskID(next), client)?.type == "InvalidTaskError")
            // Nobody has this task, so that it fails where it is called.
            #expect(try await failure(of: TaskID(errback), client)?.type == "NotRegistered")
            // Where the group's place is what cannot be read the part is counted at the end.
            #expect(try await failure(of: TaskID(body), client)?.type == "ChordError")
        }
    }

    @Test func `protocol 1 names its task in the body`() async throws {
        let id = TaskID.random()
        let body: JSONValue = ["task": "add", "id": .string(id.rawValue), "args": "none", "kwargs": [:]]
        try await publish(
            Message(body: body.serialized(), headers: [:], properties: MessageProperties(routingKey: "celery"))
        )
        try await running { client in
            let exception = try await failure(of: id, client)
            #expect(exception?.arguments == ["body.args must be list, not str"])
        }
    }

    @Test func `what names nobody is only kept aside`() async throws {
        for body in ["", "null", "[]", "{\"a\": 1}", "[[], {}, {}]"] {
            try await publish(
                Message(body: Array(body.utf8), headers: [:], properties: MessageProperties(routingKey: "celery"))
            )
        }
        try await running { client in
            let value = try await client.send(Add(x: 1, y: 2)).value(timeout: .seconds(20))
            #expect(value == 3)
        }
        #expect(broker.deadLetters.count == 5)
    }

    @Test func `damaged envelopes are salvaged or not, and nothing worse`() throws {
        var call = TaskCall(task: "add", args: [1, 2], kwargs: ["k": ["a": "文"]])
        call.embed = TaskEmbed(errbacks: [["task": "e"]], chain: [["task": "c"]], chord: ["task": "b"])
        var generator = SeededGenerator(state: 61)
        let settings = ContentSettings(accepted: Set(Serializer.allCases))
        for form in [ContentSettings(), .init(serializer: .msgpack), .init(compression: .zlib)] {
            let message = try call.message(form)
            var text = message
            text.properties.members["body_encoding"] = "utf-8"
            for envelope in [message.envelope(), text.envelope()] {
                let whole = try #require(SalvagedCall(envelope, settings))
                #expect(whole.knowsSuccessors)
                #expect(whole.message.id == call.id)
                #expect(
                    whole.message.embed
                        == TaskEmbed(errbacks: [["task": "e"]], chain: [["task": "c"]], chord: ["task": "b"])
                )
                for _ in 0..<1000 {
                    var damaged = envelope
                    for _ in 0..<Int.random(in: 1...4, using: &generator) {
                        damaged[Int.random(in: 0..<damaged.count, using: &generator)] = .random(
                            in: 0...255,
                            using: &generator
                        )
                    }
                    if let salvaged = SalvagedCall(damaged, settings) { _ = salvaged.message.message().envelope() }
                }
            }
        }
    }
}
