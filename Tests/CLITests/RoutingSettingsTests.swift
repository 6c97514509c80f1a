import Celery
import CeleryRedis
import Testing

@testable import CommandSupport

/// Celery's settings of queues, routes and transport options.
@Suite struct RoutingSettingsTests {
    private func settings(
        environment: [String: String] = [:],
        file: String? = nil
    ) async throws -> Settings {
        try await withSettingsFile(file) { path in
            var flags = Flags()
            flags.add(.configFile, path)
            return try await Settings(from: SettingsSource(flags: flags, environment: environment))
        }
    }

    private func complaint(environment: [String: String] = [:], file: String? = nil) async -> String {
        do {
            _ = try await settings(environment: environment, file: file)
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func `routes and queues are read as Celery has them`() async throws {
        let file = """
            {"task_default_queue": "main", "task_default_priority": 3, "task_create_missing_queues": false,
             "task_queues": ["main", {"name": "video", "exchange": "media", "exchange_type": "topic",
                             "routing_key": "media.video.#", "expires": 60}, {"broadcast": "news"}],
             "task_routes": {"video.*": {"queue": "video", "routing_key": "media.video.cut"}, "plain": "main"}}
            """
        let router = try await settings(file: file).router
        #expect(router.queues.count == 3)
        #expect(router.queues[1].exchange == Exchange("media", type: .topic))
        #expect(router.queues[1].expires == .seconds(60))
        #expect(router.queues[2].isFanout)
        #expect(router.defaultPriority == 3)
        #expect(
            try router.destination(for: "video.x")
                == .exchange("media", type: .topic, routingKey: "media.video.cut")
        )
        #expect(try router.destination(for: "plain") == .queue("main"))
        #expect(try router.destination(for: "other") == .queue("main"))
        #expect(throws: CeleryError.self) { try router.destination(for: "t", options: ["queue": "missing"]) }
    }

    @Test func `routes can be a list of pairs or of objects, also in the environment`() async throws {
        for routes in [#"[["a.*", "q"], ["b", {"queue": "q"}]]"#, #"[{"a.*": "q"}, {"b": "q"}]"#] {
            let router = try await settings(environment: ["CELERY_TASK_ROUTES": routes]).router
            #expect(try router.destination(for: "a.x") == .queue("q"))
            #expect(try router.destination(for: "b") == .queue("q"))
        }
    }

    @Test func `queues can be an object by name`() async throws {
        let queues = #"{"dq": {"exchange": "dx", "routing_key": "k"}}"#
        let router = try await settings(environment: ["CELERY_TASK_QUEUES": queues]).router
        #expect(router.queues == [Queue("dq", exchange: Exchange("dx"), routingKey: "k")])
    }

    @Test func `transport options come from the file, the environment and the URL`() async throws {
        let file = """
            {"broker_transport_options": {"priority_steps": [0, 5], "sep": ":", "fanout_prefix": false},
             "result_backend_transport_options": {"global_keyprefix": "results:"}}
            """
        let environment = [
            "CELERY_BROKER_URL": "redis://host/2?global_keyprefix=app%3A&deadletter_queue=lost&socket_timeout=5",
            "CELERY_BROKER_TRANSPORT_OPTIONS_UNACKED_KEY": "held",
        ]
        let settings = try await settings(environment: environment, file: file)
        #expect(settings.transport.prioritySteps == [0, 5])
        #expect(settings.transport.separator == ":")
        #expect(settings.transport.fanoutPrefix.isEmpty)
        #expect(settings.transport.globalKeyPrefix == "app:")
        #expect(settings.transport.deadLetterQueue == "lost")
        #expect(settings.transport.unackedKey == "held")
        #expect(settings.broker.description == "host:6379/2")
        #expect(settings.resultKeyPrefix == "results:")
    }

    @Test func `priority steps can be a text`() async throws {
        let environment = ["CELERY_BROKER_TRANSPORT_OPTIONS_PRIORITY_STEPS": "0, 2,9"]
        #expect(try await settings(environment: environment).transport.prioritySteps == [0, 2, 9])
        let url = ["CELERY_BROKER_URL": "redis://host?priority_steps=0,9"]
        #expect(try await settings(environment: url).transport.prioritySteps == [0, 9])
    }

    @Test(arguments: [
        (#"{"task_routes": 3}"#, "task_routes"), (#"{"task_queues": [3]}"#, "task_queues"),
        (#"{"task_queues": [{"name": "q", "exchange_type": "headers"}]}"#, "exchange_type"),
        (#"{"task_routes": {"a": 1}}"#, "task_routes"), (#"{"task_route": {}}"#, "task_routes"),
        (#"{"broker_transport_options": {"priority_steps": [3, 1]}}"#, "priority_steps"),
        (#"{"broker_transport_options": {"priority_steps": "x"}}"#, "priority_steps"),
        (#"{"broker_transport_options": {"fanout_patterns": "maybe"}}"#, "fanout_patterns"),
        (#"{"task_default_exchange_type": "headers"}"#, "task_default_exchange_type"),
        (#"{"queues": [1, "a"]}"#, "queues"),
    ])
    func `what cannot be is named`(file: String, setting: String) async {
        #expect(await complaint(file: file).contains(setting))
    }

    @Test func `a text that is no JSON is refused with the variable's name`() async {
        #expect(await complaint(environment: ["CELERY_TASK_ROUTES": "{"]).contains("CELERY_TASK_ROUTES"))
    }
}
