import Celery
import Logging
import ServiceLifecycle
import Testing

struct SendWelcome: TaskParameters {
    static let taskName = "mail.send_welcome"
    typealias Output = JSONValue
    var address: String
}

/// The program that is tested.
private func signUp(_ address: String, _ client: CeleryClient) async throws {
    try await client.send(SendWelcome(address: address), options: SendOptions(queue: "mail"))
}

extension Worker {
    /// What the tested program does with its worker.
    mutating func registerTasks() {
        registerFetch()
        register(SplitText.self) { parameters, _ in
            parameters.pages.flatMap { page in
                page.split(separator: " ").chunked(by: parameters.maxWords ?? 300).map { $0.joined(separator: " ") }
            }
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct TestingSnippets {
    @Test func `a text is split where its words end`() async throws {
        var worker = Worker(broker: MemoryBroker(), results: MemoryResultBackend(), logger: logger)
        worker.registerTasks()
        let client = worker.eagerClient()
        let parts = try await client.send(SplitText(pages: ["one two three"], maxWords: 2)).value()
        #expect(parts == ["one two", "three"])
    }

    @Test func `an insecure URL is refused`() async throws {
        var worker = Worker(broker: MemoryBroker(), results: MemoryResultBackend(), logger: logger)
        worker.registerTasks()
        let result = try await worker.eagerClient().send(Fetch(url: "http://example.org"))
        let failure = await #expect(throws: PythonException.self) { try await result.value() }
        #expect(failure?.type == "ValueError")
    }

    @Test func `whoever signs up is greeted`() async throws {
        let broker = RecordingBroker()
        let client = CeleryClient(broker: broker, results: MemoryResultBackend())
        try await signUp("ada@example.org", client)
        #expect(try broker.calls(of: SendWelcome.self).map(\.address) == ["ada@example.org"])
        #expect(try broker.calls.first?.eta == nil)
        #expect(broker.sent.first?.destination.routingKey == "mail")
    }

    @Test func `a worker takes what is sent`() async throws {
        let (broker, results) = (MemoryBroker(), MemoryResultBackend())
        let configuration = WorkerConfiguration(pool: .async(2))
        var worker = Worker(broker: broker, results: results, configuration: configuration, logger: logger)
        worker.registerTasks()
        let services = ServiceGroup(services: [worker], logger: logger)
        let client = CeleryClient(broker: broker, results: results)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            let result = try await client.send(SplitText(pages: ["one two three"], maxWords: 2))
            let parts = try await result.value(timeout: .seconds(30))
            #expect(parts == ["one two", "three"])
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    @Test func `the comments' examples`() async throws {
        let user = "ada@example.org"
        func recording() async throws {
            let broker = RecordingBroker()
            let client = CeleryClient(broker: broker, results: MemoryResultBackend())
            try await signUp(user, client)
            #expect(try broker.calls(of: SendWelcome.self).map(\.address) == ["ada@example.org"])
        }
        try await recording()
        let results = MemoryResultBackend()
        var worker = Worker(broker: MemoryBroker(), results: results, logger: logger)
        worker.register(Add.self) { call, _ in call.x + call.y }
        let client = worker.eagerClient()
        let sum = try await client.send(Add(x: 1, y: 2)).value()
        #expect(sum == 3)
    }
}
