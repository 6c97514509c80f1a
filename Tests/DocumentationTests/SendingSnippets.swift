import Celery
import Foundation
import Testing

@Suite struct SendingSnippets {
    private let broker = MemoryBroker()
    private let results = MemoryResultBackend()

    private func show(_ value: JSONValue) {}

    @Test func `sending and waiting`() async throws {
        let worker = Worker.forSnippets()
        let client = worker.eagerClient()
        let sum = try await client.send(Add(x: 2, y: 3))
        let report = try await client.send("billing.report", args: [42], kwargs: ["currency": "EUR"])

        let value = try await sum.value()
        #expect(value == 5)
        await #expect(throws: PythonException.self) {
            do {
                let value = try await report.value(timeout: .seconds(30))
                show(value)
            } catch let failure as PythonException where failure.type == "ValueError" {
                show(.string("The task refused it: \(failure.message)"))
            }
        }
        try await sum.withUpdates { updates in
            for try await document in updates { show(.string("\(document.state): \(document.result)")) }
        }
    }

    @Test func `options and routes`() async throws {
        let broker = RecordingBroker()
        let client = CeleryClient(broker: broker, results: results)
        let options = SendOptions(
            queue: "slow",
            countdown: .seconds(60),
            expiresIn: .seconds(3600),
            link: [Signature("billing.book")],
            linkError: [Signature("billing.alarm")]
        )
        try await client.send(Add(x: 2, y: 3), options: options)

        let router = TaskRouter(rules: [.map(["feeds.*": "feeds", "video.*": "video"])])
        let routed = CeleryClient(broker: broker, results: results, router: router)

        try await routed.send("video.cut")
        #expect(broker.sent.map(\.destination.routingKey) == ["slow", "video"])
    }

    @Test func `workers from afar`() async throws {
        let client = CeleryClient(broker: broker, results: results)
        let sum = try await client.send(Add(x: 2, y: 3))
        let id = sum.id
        let replies = try await client.control.ping()
        let active = try await client.control.inspect(.active)
        try await client.control.limitRate(RateLimit(10, per: .seconds(60)), of: "billing.report")
        try await sum.revoke(terminate: true)

        let answers = try await client.control.ask("active_queues")
        try await client.control.revoke([id], terminate: true)

        #expect(replies.isEmpty && active.isEmpty && answers.isEmpty)
    }
}
