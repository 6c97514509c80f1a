import Foundation
import Testing

@testable import Celery

struct ControlClientTests {
    private let broker = MemoryBroker()
    private var client: CeleryClient {
        CeleryClient(broker: broker, results: MemoryResultBackend(), sendsSentEvents: true)
    }

    /// What a topic brings while something is done.
    private func first(
        _ topic: BroadcastTopic,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws
        -> (key: String, body: JSONValue)
    {
        try await broker.withBroadcasts(of: [topic]) { broadcasts in
            try await body()
            for try await case .message(let broadcast) in broadcasts {
                return (broadcast.routingKey, try JSONValue(parsing: Message(envelope: broadcast.envelope).body))
            }
            throw CancellationError()
        }
    }

    @Test func `nobody is waited for where nobody listens`() async throws {
        let start = ContinuousClock.now
        #expect(try await client.control.ping(timeout: .seconds(60)).isEmpty)
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test(
        arguments: [
            (.everybody, [nil, nil, nil]),
            (.node("a@h"), [["a@h"], nil, nil]),
            (.glob("a*"), [nil, "a*", "glob"]),
            (.regularExpression("a.*"), [nil, "a.*", "pcre"]),
        ] as [(ControlDestination, [JSONValue])]
    )
    func `a request is written as Celery writes it`(
        destination: ControlDestination,
        selection: [JSONValue]
    ) async throws {
        let control = client.control
        let request = try await first(BroadcastTopic(exchange: "celery.pidbox")) {
            try await control.revoke(["x"], terminate: true, destination: destination)
        }
        #expect(request.body.objectValue?.keys == ["method", "arguments", "destination", "pattern", "matcher"])
        #expect(request.body["method"] == "revoke")
        #expect(request.body["arguments"] == ["task_id": ["x"], "terminate": true, "signal": "SIGTERM"])
        #expect(["destination", "pattern", "matcher"].map { request.body[$0] } == selection)
    }

    @Test func `monitors are told of what is sent`() async throws {
        let client = client
        let event = try await first(BroadcastTopic(exchange: "celeryev", routingKey: "task.sent")) {
            try await client.send("add", args: [1, 2], options: SendOptions(taskID: "id"))
        }
        let members = [
            "hostname", "utcoffset", "pid", "clock", "uuid", "root_id", "parent_id", "name", "args", "kwargs",
            "retries",
            "eta", "expires", "queue", "exchange", "routing_key", "timestamp", "type",
        ]
        #expect(event.body.objectValue?.keys == members)
        #expect(event.body["args"] == "(1, 2)")
        #expect(event.body["uuid"] == "id")
        #expect(["queue", "exchange", "routing_key"].map { event.body[$0] } == ["celery", "", "celery"])
        #expect(event.body["hostname"]?.stringValue?.hasPrefix("gen") == true)
    }

    @Test func `monitors are told of each task of a canvas`() async throws {
        let client = client
        let names = try await broker.withBroadcasts(of: [BroadcastTopic(exchange: "celeryev", routingKey: "*")]) {
            all in
            try await client.apply(.group([Signature("a"), Signature("b")]))
            var names: [JSONValue] = []
            for try await case .message(let broadcast) in all {
                names.append(try JSONValue(parsing: Message(envelope: broadcast.envelope).body)["name"] ?? .null)
                if names.count == 2 { return names }
            }
            return names
        }
        #expect(names == ["a", "b"])
    }
}
