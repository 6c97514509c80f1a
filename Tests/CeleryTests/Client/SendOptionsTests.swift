import Foundation
import Logging
import Synchronization
import Testing

@testable import Celery

@Suite struct SendOptionsTests {
    private static let callback = Signature("cb", args: [1], kwargs: ["k": 2], options: ["queue": "other"])
    private static let errback = Signature("eb", immutable: true)
    private static let cases: [(String, SendOptions)] = [
        ("plain", SendOptions()),
        ("link", SendOptions(link: [callback])),
        ("links", SendOptions(link: [callback, errback], linkError: [errback])),
        ("shadow", SendOptions(shadow: "shown")),
        ("reply", SendOptions(replyTo: "R")),
        ("place", SendOptions(rootID: "root", parentID: "parent", groupID: "group")),
        ("stamps", SendOptions(stamps: ["run": "x1", "user": ["a", "b"]])),
        ("headers", SendOptions(headers: ["x-tenant": 7])),
        ("limits", SendOptions(timeLimit: .seconds(9), softTimeLimit: .seconds(1.5), ignoreResult: true)),
        ("priority", SendOptions(queue: "slow", priority: 3)),
    ]

    private let broker = RecordingBroker()
    private var client: CeleryClient { CeleryClient(broker: broker, results: MemoryResultBackend()) }

    @Test(arguments: cases)
    func `a call is written as Celery's client writes it`(name: String, options: SendOptions) async throws {
        var options = options
        options.taskID = "id"
        options.replyTo = options.replyTo ?? "client"
        options.ignoreResult = options.ignoreResult ?? false
        try await client.send("t", args: [1], kwargs: ["x": "y"], options: options)
        let expected = try #require(try Fixture.json("call-cases.json")[name])
        let message = try #require(broker.sent.first?.message)
        let envelope = try JSONValue(parsing: message.envelope())
        let headers = envelope["headers"]?.objectValue?.without("lang", "origin")
        #expect(headers.map { .object($0) } == expected["headers"])
        let properties = envelope["properties"]?.objectValue?.without("delivery_tag")
        #expect(properties.map { .object($0) } == expected["properties"])
        #expect(try JSONValue(parsing: message.body) == expected["body"])
    }

    @Test func `an expiry may be told from now on`() async throws {
        let before = Date()
        try await client.send("t", options: SendOptions(expiresIn: .seconds(60), expires: .distantFuture))
        let expires = try #require(try broker.calls.first?.expires)
        #expect((before.addingTimeInterval(59.9)...Date(timeIntervalSinceNow: 60.1)).contains(expires))
    }

    @Test func `a broker that cannot be reached is tried again as often as is wanted`() async throws {
        let outage = Outage(failures: 2)
        let client = CeleryClient(broker: outage, results: MemoryResultBackend())
        await #expect(throws: CeleryError.self) { try await client.send("t") }
        let few = SendOptions(retries: PublishRetries(most: 0))
        await #expect(throws: CeleryError.self) { try await client.send("t", options: few) }
        outage.begin(failures: 2)
        let enough = SendOptions(retries: PublishRetries(most: 2, step: .milliseconds(1)))
        try await client.send("t", options: enough)
        #expect(outage.sent == 1)
    }

    @Test func `pauses grow up to a limit`() {
        let retries = PublishRetries(most: 7)
        let expected: [Duration?] = [0, 200, 400, 600, 800, 1000, 1000].map { .milliseconds($0) } + [nil]
        #expect((1...8).map { retries.pause(after: $0) } == expected)
    }
}

/// A broker that cannot be reached some times.
private final class Outage: SimpleBroker {
    private let state: Mutex<(failures: Int, sent: Int)>

    init(failures: Int) {
        state = Mutex((failures, 0))
    }

    var sent: Int { state.withLock { $0.sent } }

    func begin(failures: Int) { state.withLock { $0.failures = failures } }

    func publish(_ messages: [OutgoingMessage]) async throws {
        try state.withLock { state in
            guard state.failures == 0 else {
                state.failures -= 1
                throw CeleryError(.unavailable, "away")
            }
            state.sent += messages.count
        }
    }

    func declare(_ queues: [Queue]) async throws {}
    func delete(_ queues: [Queue]) async throws {}
    func purge(_ queues: [QueueName]) async throws -> Int { 0 }

    func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer {
        MemoryBroker().makeConsumer(configuration, logger: logger)
    }
}
