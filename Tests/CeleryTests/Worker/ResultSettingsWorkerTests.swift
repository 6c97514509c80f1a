import Foundation
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import Celery

/// What the settings of results change in a worker, in memory.
@Suite(.timeLimit(.minutes(1))) struct ResultSettingsWorkerTests {
    struct Echo: TaskParameters {
        static let taskName = "echo"
        typealias Output = JSONValue
        var value: JSONValue
    }

    private let broker = MemoryBroker()

    /// Runs a worker with some tasks while `body` runs.
    private func running(
        _ results: MemoryResultBackend,
        _ adjust: (inout WorkerConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (CeleryClient) async throws -> Void
    ) async throws {
        var configuration = WorkerConfiguration(nodeName: "w@test", pool: .async(2))
        adjust(&configuration)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var worker = Worker(broker: broker, results: results, configuration: configuration, logger: logger)
        worker.register(Echo.self) { parameters, _ in parameters.value }
        worker.register(Echo.self, as: "report") { parameters, context in
            await context.updateState(.progress, meta: parameters.value)
            throw PythonException.valueError("reported")
        }
        worker.register(Echo.self, as: "loud", options: TaskOptions(ignoreResult: false)) { parameters, _ in
            parameters.value
        }
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

    @Test func `extended results tell of their tasks`() async throws {
        let results = MemoryResultBackend(settings: ResultSettings(isExtended: true))
        try await running(results) { client in
            let result = try await client.send("echo", args: [5], options: .init(queue: "celery"))
            #expect(try await result.value(timeout: .seconds(30)) == 5)
            let document = try #require(try await result.document())
            #expect(
                document.extended == [
                    "name": "echo", "args": [5], "kwargs": [:], "worker": "w@test", "retries": 0, "queue": "celery",
                ]
            )
            let failing = try await client.send("report", kwargs: ["value": 1])
            try await failing.withUpdates { updates in
                for try await document in updates {
                    #expect(document.extended["name"] == "report", "\(document)")
                    #expect(document.extended["kwargs"] == ["value": 1])
                }
            }
        }
    }

    @Test func `what a chain's failure fails is extended as well`() throws {
        var call = TaskCall(task: "first")
        call.embed = TaskEmbed(chain: [
            ["task": "second", "args": [1], "kwargs": [:], "options": ["task_id": "id-2"], "subtask_type": nil]
        ])
        let request = TaskRequest(message: try TaskMessage(call.message()), queue: "q", nodeName: "w@test")
        let settings = ResultSettings(isExtended: true)
        let plan = CompletionPlan(
            .failure(.valueError("x"), traceback: nil),
            of: request,
            options: .init(),
            setting: .init(results: settings)
        )
        let documents = plan.effects.compactMap { effect -> ResultDocument? in
            if case .store(let document) = effect { document } else { nil }
        }
        #expect(documents.map(\.extended["name"]) == ["first", "second"])
        #expect(
            documents.last?.extended == [
                "name": "second", "args": [1], "kwargs": [:], "worker": nil, "retries": 0, "queue": nil,
            ]
        )
    }

    @Test func `a result that the serializer does not have is a failure`() async throws {
        let results = MemoryResultBackend(settings: ResultSettings(serializer: .msgpack))
        try await running(results) { client in
            let uuid: JSONValue = ["__type__": "uuid", "__value__": ["hex": "00000000000000000000000000000005"]]
            let result = try await client.send("echo", args: [uuid])
            let error = await #expect(throws: PythonException.self) { try await result.value(timeout: .seconds(30)) }
            #expect(error?.type == "EncodeError")
            #expect(error?.module == "kombu.exceptions")
            #expect(try await client.send("echo", args: [1]).value(timeout: .seconds(30)) == 1)
        }
    }

    @Test func `results are ignored by default if the worker says so`() async throws {
        let results = MemoryResultBackend()
        let adjust: (inout WorkerConfiguration) -> Void = {
            $0.ignoresResults = true
            $0.storesErrorsEvenIfIgnored = true
        }
        try await running(results, adjust) { client in
            let silent = try await client.send("echo", args: [1], options: .init(taskID: "silent"))
            let failing = try await client.send("report", args: [1])
            await #expect(throws: PythonException.self) { try await failing.value(timeout: .seconds(30)) }
            #expect(try await client.send("loud", args: [2]).value(timeout: .seconds(30)) == 2)
            #expect(try await silent.document() == nil)
        }
    }

    @Test func `a success that is stored is not run for again`() async throws {
        for children in [[], [[["child", nil], nil]]] as [JSONValue] {
            let results = MemoryResultBackend()
            var call = TaskCall(task: "report", args: [1])
            call.id = TaskID("twice-\(children.arrayValue?.count ?? 0)")
            let callback = "called-\(call.id)"
            call.embed = TaskEmbed(callbacks: [
                ["task": "echo", "args": [], "kwargs": [:], "options": ["task_id": .string(callback)]]
            ])
            try await results.store(
                ResultDocument(taskID: call.id, state: .success, result: "done", children: children)
            )
            let again = call.message().markedRedelivered(deliveryCount: 1)
            try await broker.publish([OutgoingMessage(queue: "celery", message: again)])
            let adjust: (inout WorkerConfiguration) -> Void = { $0.deduplicatesSuccessfulTasks = true }
            try await running(results, adjust) { client in
                // Whatever was sent comes before this.
                _ = try await client.send("echo", args: [2]).value(timeout: .seconds(30))
                guard children == [] else { return }
                let called = try await client.result(TaskID(callback)).value(timeout: .seconds(30))
                #expect(called == "done")
            }
            let called = try await results.document(for: TaskID(callback))
            #expect((called == nil) == (children != []))
            #expect(try await results.document(for: call.id)?.result == "done")
        }
    }

    @Test func `what is delivered again and has not succeeded is run`() async throws {
        let results = MemoryResultBackend()
        let call = TaskCall(task: "echo", args: ["again"])
        try await results.store(ResultDocument(taskID: call.id, state: .started))
        let again = call.message().markedRedelivered(deliveryCount: 1)
        try await broker.publish([OutgoingMessage(queue: "celery", message: again)])
        try await running(results, { $0.deduplicatesSuccessfulTasks = true }) { client in
            let value = try await client.result(call.id).value(timeout: .seconds(30))
            #expect(value == "again")
        }
    }
}
