import Testing

@testable import Celery

@Suite struct SettingsTableTests {
    @Test func `of a worker that nothing was said to nothing is shown`() {
        #expect(SettingsTable().changed.isEmpty)
        #expect(SettingsTable().all["task_default_queue"] == "celery")
    }

    @Test func `what was changed is shown, under Celery's names`() {
        var table = SettingsTable()
        table.worker.router.defaultQueue = "other"
        table.worker.queues = ["first"]
        table.worker.content = ContentSettings(accepted: [.msgpack, .json], serializer: .msgpack)
        table.worker.visibilityTimeout = .seconds(60)
        table.worker.control.sendsSentEvents = true
        table.results.accepted = [.json]
        table.results.expires = .milliseconds(1500)
        table.results.retries.writes = 3
        table.brokerOptions = ["sep": ":"]
        let expected: JSONObject = [
            "accept_content": ["json", "msgpack"], "broker_transport_options": ["sep": ":", "visibility_timeout": 60],
            "result_accept_content": ["json"],
            "result_backend_transport_options": ["retry_policy": ["max_retries": 3]], "result_expires": 1.5,
            "task_default_queue": "other", "task_send_sent_event": true, "task_serializer": "msgpack",
        ]
        #expect(table.changed.count == expected.count)
        for (name, value) in table.changed { #expect(value == expected[name]) }
    }

    @Test func `what sounds secret is not shown, whatever it is`() {
        let shown = SettingsTable.censored([
            "task_default_routing_key": nil, "a": ["global_keyprefix": "x", "b": 1], "result_expires": 5,
        ])
        #expect(shown["task_default_routing_key"] == "********")
        #expect(shown["a"] == ["global_keyprefix": "********", "b": 1])
        #expect(shown["result_expires"] == 5)
    }
}
