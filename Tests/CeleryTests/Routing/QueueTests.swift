import Testing

@testable import Celery

/// Queues as values, and as Celery shows them.
struct QueueTests {
    @Test func `a plain name is a direct exchange and a key of that name`() {
        let queue: Queue = "pdf"
        #expect(queue.allBindings == [QueueBinding(Exchange("pdf"), routingKey: "pdf")])
        #expect(!queue.isFanout)
    }

    @Test func `active_queues shows what Celery shows`() throws {
        let shown: JSONValue = [
            "name": "celery",
            "exchange": [
                "name": "celery", "type": "direct", "arguments": nil, "durable": true, "passive": false,
                "auto_delete": false, "delivery_mode": nil, "no_declare": false,
            ],
            "routing_key": "celery", "queue_arguments": nil, "binding_arguments": nil, "consumer_arguments": nil,
            "durable": true, "exclusive": false, "auto_delete": false, "no_ack": false, "alias": nil, "bindings": [],
            "no_declare": nil, "expires": nil, "message_ttl": nil, "max_length": nil, "max_length_bytes": nil,
            "max_priority": nil,
        ]
        let queue: Queue = "celery"
        #expect(queue.jsonValue == shown)
        #expect(queue.jsonValue.serialized() == shown.serialized())
    }

    @Test func `what is shown can be read back`() throws {
        let queue = Queue(
            "video",
            exchange: Exchange("media", type: .topic),
            routingKey: "media.video.#",
            bindings: [QueueBinding(Exchange("all", type: .fanout))],
            expires: .seconds(60),
            maxPriority: 10,
            isAutoDeleted: true
        )
        #expect(try Queue("video", options: try #require(queue.jsonValue.objectValue)) == queue)
    }

    @Test func `options of add_consumer make a queue`() throws {
        let options: JSONObject = ["exchange": "media", "exchange_type": "topic", "routing_key": "media.#"]
        let queue = try Queue("all", options: options)
        #expect(queue.exchange == Exchange("media", type: .topic))
        #expect(queue.routingKey == "media.#")
        #expect(try Queue("all", options: ["exchange": nil, "exchange_type": "direct"]) == "all")
        #expect(try Queue("q", options: ["queue_arguments": ["x-expires": 1500]]).expires == .milliseconds(1500))
    }

    @Test(
        arguments: [
            ["exchange_type": "headers"], ["routing_key": 1], ["expires": "soon"], ["bindings": 3],
        ] as [JSONObject]
    )
    func `an option that cannot be is named`(options: JSONObject) throws {
        let name = try #require(options.keys.first)
        #expect {
            try Queue("q", options: options)
        } throws: { "\($0)".contains(name) && "\($0)".contains("queue q") }
    }

    @Test(arguments: [
        (QueueOrder.priority, 5, ["b", "c", "a"]), (.sorted, 5, ["a", "b", "c"]), (.roundRobin, 0, ["b", "c", "a"]),
        (.roundRobin, 1, ["c", "a", "b"]), (.roundRobin, 5, ["a", "b", "c"]),
    ])
    func `queues are read in the order that is asked for`(order: QueueOrder, turn: Int, names: [String]) {
        #expect(order.arrange(["b", "c", "a"], turn: turn).map(\.name.rawValue) == names)
    }

    @Test(arguments: [(0, 0), (2, 0), (3, 3), (5, 3), (9, 9), (10, 9), (-4, 0)])
    func `a priority waits in the list of its step`(priority: Int, step: Int) {
        #expect(QueuePriority.step(for: priority) == step)
    }

    @Test func `below all steps is the last one, as in kombu`() {
        #expect(QueuePriority.step(for: 0, steps: [2, 5]) == 5)
    }
}
