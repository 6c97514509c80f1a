import Celery
import CeleryRedis
import Foundation
import Redis
import ServiceLifecycle
import Testing

/// Workers that die after they have stored how an early acknowledged task ended.
@Suite(.enabled(if: RedisServer.isUsable), .timeLimit(.minutes(2))) struct LostEndTests {
    private static let next = Signature("next", options: ["task_id": "n", "queue": "next"])
    private static let errback = Signature("err", options: ["queue": "err"])

    /// Sends a task, and lets a worker die that has acknowledged it and stored its end on the other server.
    private func died(_ fixture: BrokerFixture, storing state: TaskState, in results: RedisResultBackend) async throws {
        var call = TaskCall(task: "t")
        call.id = "t"
        call.embed = TaskEmbed(errbacks: [Self.errback.jsonValue], chain: [Self.next.jsonValue])
        try await fixture.broker.publish([OutgoingMessage(queue: "q", message: call.message())])
        _ = try await dyingConsumer(fixture) { consumer, deliveries in
            _ = try await consumer.acknowledge(deliveries)
            let result = state == .success ? 1 : PythonException.valueError("own").jsonValue
            try await results.store(ResultDocument(taskID: "t", state: state, result: result, dateDone: Date()))
        }
    }

    /// Runs a worker until the task has ended for good.
    private func takeOver(_ fixture: BrokerFixture, _ results: RedisResultBackend) async throws {
        let configuration = WorkerConfiguration(nodeName: "w@test", queues: ["q"], pool: .async(1))
        let worker = Worker(
            broker: fixture.broker,
            results: results,
            configuration: configuration,
            logger: quietLogger
        )
        let services = ServiceGroup(services: [worker], logger: quietLogger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            let left = try await eventually {
                try await fixture.redis.send(RawCommand("KEYS", "swift-celery:running:*")).decodeArray().count
            } until: {
                $0 == 0
            }
            #expect(left == 0)
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    /// What follows is sent by whoever takes over, unless the end was stored together with it.
    @Test(arguments: [TaskState.success, .failure], [true, false])
    func `what is stored stays, and what follows is sent once`(state: TaskState, oneServer: Bool) async throws {
        try await withRedis { server, redis in
            var configuration = server.configuration()
            configuration.database = oneServer ? 0 : 1
            try await withClient(configuration) { other in
                let results = RedisResultBackend(oneServer ? redis : other)
                let fixture = BrokerFixture(redis: redis, broker: RedisBroker(redis), results: results)
                try await died(fixture, storing: state, in: results)
                try await takeOver(fixture, results)
                let document = try #require(try await results.document(for: "t"))
                #expect(document.state == state)
                if state == .failure { #expect(PythonException(json: document.result)?.type == "ValueError") }
                let follows = oneServer ? 0 : 1
                #expect(try await fixture.length("next") == (state == .success ? follows : 0))
                #expect(try await fixture.length("err") == (state == .failure ? follows : 0))
                let rest: TaskState? = state == .failure && !oneServer ? .failure : nil
                #expect(try await results.document(for: "n")?.state == rest)
            }
        }
    }
}
