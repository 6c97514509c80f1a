import Testing

@testable import Celery

/// Where tasks go, as celery/app/routes.py and amqp.py decide it.
struct TaskRouterTests {
    private let media = Exchange("media", type: .topic)

    @Test func `a task goes to the default queue unless something is said`() throws {
        #expect(try TaskRouter().destination(for: "t") == .queue("celery"))
        #expect(try TaskRouter(defaultQueue: "main").destination(for: "t") == .queue("main"))
        #expect(try TaskRouter().destination(for: "t", options: ["queue": "other"]) == .queue("other"))
        #expect(try TaskRouter().destination(for: "t", options: ["queue": .null]) == .queue("celery"))
    }

    @Test func `a name wins over globs, and the first glob over the next`() throws {
        let router = TaskRouter(rules: [.map(["feeds.*": "feeds", "feeds.import": "imports", "*": "rest"])])
        #expect(try router.destination(for: "feeds.import") == .queue("imports"))
        #expect(try router.destination(for: "feeds.export") == .queue("feeds"))
        #expect(try router.destination(for: "other") == .queue("rest"))
    }

    @Test func `the first rule that has an answer decides`() throws {
        let router = TaskRouter(rules: [
            .function { $0.kwargs["urgent"] == true ? "fast" : nil },
            try .pattern(#"video\.\w+"#, "video"),
            .map(["video.cut": "never"]),
        ])
        #expect(try router.route("video.cut", kwargs: ["urgent": true]).destination == .queue("fast"))
        #expect(try router.destination(for: "video.cut") == .queue("video"))
        #expect(try router.destination(for: "my.video.cut") == .queue("celery"))
    }

    @Test func `what the call says wins over the route, null does not`() throws {
        let router = TaskRouter(rules: [.map(["t": TaskRoute(queue: "routed", priority: 9)])])
        let call = try router.route("t", options: ["queue": "mine", "priority": .null])
        #expect(call.destination == .queue("mine"))
        #expect(call.options == ["priority": 9])
    }

    @Test func `a default priority comes before that of a route`() throws {
        let router = TaskRouter(rules: [.map(["t": TaskRoute(queue: "routed", priority: 9)])], defaultPriority: 5)
        #expect(try router.route("t").options == ["priority": 5])
        #expect(try router.route("t", options: ["priority": 1]).options == ["priority": 1])
    }

    @Test func `a topic queue is reached by its exchange`() throws {
        let queue = Queue("video", exchange: media, routingKey: "media.video.#")
        let router = TaskRouter(queues: [queue])
        let call = try router.route("t", options: ["queue": "video", "routing_key": "media.video.cut"])
        #expect(call.destination == .exchange("media", type: .topic, routingKey: "media.video.cut"))
        #expect(call.queue == queue)
        #expect(
            try router.destination(for: "t", options: ["queue": "video"])
                == .exchange("media", type: .topic, routingKey: "media.video.#")
        )
    }

    @Test func `a direct queue is reached by its name, whatever its exchange`() throws {
        let router = TaskRouter(queues: [Queue("dq", exchange: Exchange("dx"), routingKey: "dkey")])
        #expect(try router.destination(for: "t", options: ["queue": "dq"]) == .queue("dq"))
        #expect(
            try router.destination(for: "t", options: ["exchange": "dx", "routing_key": "dkey"])
                == .exchange("dx", type: .direct, routingKey: "dkey")
        )
        #expect(
            try router.destination(for: "t", options: ["exchange": "foreign", "routing_key": "k"])
                == .exchange("foreign", type: nil, routingKey: "k")
        )
        // celery/app/amqp.py, send_task_message: an exchange without a key counts for nothing.
        #expect(try router.destination(for: "t", options: ["exchange": "dx"]) == .queue("celery"))
    }

    @Test func `a broadcast is known by its exchange's name and is not declared`() throws {
        let router = TaskRouter(queues: [.broadcast("news")])
        let call = try router.route("t", options: ["queue": "news"])
        #expect(call.destination == .exchange("news", type: .fanout, routingKey: "celery"))
        #expect(call.queue == nil)
    }

    @Test func `a queue that nobody declared is made up, or refused`() throws {
        var router = TaskRouter(missingExchangeType: .topic)
        #expect(
            try router.destination(for: "t", options: ["queue": "new"])
                == .exchange("new", type: .topic, routingKey: "new")
        )
        router.createsMissingQueues = false
        #expect {
            try router.destination(for: "t", options: ["queue": "new"])
        } throws: { error in
            (error as? CeleryError)?.code == .invalidConfiguration && "\(error)".contains("new")
        }
        #expect(try router.destination(for: "t", options: ["queue": "celery"]) == .queue("celery"))
    }
}
