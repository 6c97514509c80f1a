import Celery
import CeleryRedis
import Logging
import Redis
import ServiceLifecycle
import Testing

/// Canvases on a real Redis, sent by the Swift client and run by the Swift worker.
@Suite struct RedisCanvasTests {
    private struct Add: TaskParameters {
        static let taskName = "add"
        typealias Output = Int
        var x: Int
        var y: Int
    }

    private struct Sum: TaskParameters {
        static let taskName = "sum"
        typealias Output = Int
        var numbers: [Int]
    }

    private struct Fail: TaskParameters {
        static let taskName = "fail"
        typealias Output = JSONValue
        var any: RawArguments
    }

    private struct Join: TaskParameters {
        static let taskName = "join"
        typealias Output = Int
        var n: Int
    }

    private func add(_ args: JSONValue...) -> Signature { Signature("add", args: args) }
    private var sum: Signature { Signature("sum") }

    /// Runs a worker beside a client; broker and results on one connection, or on two as if they were two servers.
    private func withWorker(
        oneServer: Bool,
        losesReplies: Bool = false,
        _ body: @Sendable (CeleryClient, RedisClient) async throws -> Void
    ) async throws {
        try await withRedisServer { server in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let queues = RedisClient(configuration: server.configuration(), logger: logger)
            var configuration = server.configuration()
            configuration.database = oneServer ? 0 : 1
            let other = RedisClient(configuration: configuration, logger: logger)
            let broker = RedisBroker(queues)
            let results = RedisResultBackend(oneServer ? queues : other)
            var settings = WorkerConfiguration(nodeName: "w@test", pool: .async(8))
            settings.drainTimeout = .seconds(5)
            var worker = Worker(
                broker: losesReplies ? ReplyLosingBroker(broker: broker) as any Broker : broker,
                results: results,
                configuration: settings,
                logger: logger
            )
            worker.register(Add.self) { call, _ in call.x + call.y }
            worker.register(Sum.self) { call, _ in call.numbers.reduce(0, +) }
            worker.register(Fail.self) { _, _ in throw PythonException.valueError("no") }
            worker.register(Join.self) { call, context in
                for n in 0..<call.n { try await context.addToChord(Signature("add", args: [.integer(n), 0])) }
                return 100
            }
            let services = ServiceGroup(services: [worker], logger: logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await services.run() }
                try await body(CeleryClient(broker: broker, results: results), oneServer ? queues : other)
                await services.triggerGracefulShutdown()
                try await group.waitForAll()
            }
            await queues.close()
            await other.close()
        }
    }

    @Test(arguments: [true, false])
    func `a workflow of all primitives comes to its end`(oneServer: Bool) async throws {
        try await withWorker(oneServer: oneServer) { client, redis in
            let parts = (0..<50).map { add(.integer($0), 1) }
            let canvas = Signature.chain(.chord(parts, body: sum), add(1), .group([add(1), add(2)]), sum, add(0))
            #expect(try await client.apply(canvas).value(timeout: .seconds(30)) == 2555)
            let left = try await redis.send(RawCommand("KEYS", "celery-taskset-meta-*.[stjd]")).decodeArray()
            #expect(left.isEmpty)
        }
    }

    @Test(arguments: [true, false])
    func `what a task adds to its chord is added once, though the answer got lost`(oneServer: Bool) async throws {
        try await withWorker(oneServer: oneServer, losesReplies: true) { client, _ in
            let header = [Signature("join", args: [3]), add(1, 1)]
            let value = try await client.apply(.chord(header, body: sum)).value(timeout: .seconds(30))
            #expect(value == 105)
        }
    }

    @Test(arguments: [true, false])
    func `a failed part fails the body and keeps the parts`(oneServer: Bool) async throws {
        try await withWorker(oneServer: oneServer) { client, redis in
            let result = try await client.apply(.chord([add(3, 4), Signature("fail"), add(1, 1)], body: sum))
            let failure = await #expect(throws: PythonException.self) {
                try await result.value(timeout: .seconds(30))
            }
            #expect(failure?.type == "ChordError")
            let group = try #require(result.parent?.id.rawValue)
            let parts = try await redis.send(RawCommand("ZCARD", "celery-taskset-meta-\(group).j")).decodeInt()
            #expect(parts == 3)
        }
    }

    @Test func `many signatures are sent in one step and a group is found again by its id`() async throws {
        try await withWorker(oneServer: true) { client, _ in
            let results = try await client.apply((0..<100).map { add(.integer($0), 1) })
            #expect(try await results[99].value(timeout: .seconds(30)) == 100)
            let group = try await client.apply(.group([add(1, 1), add(2, 2)]))
            try await group.save()
            let found = try #require(try await client.savedGroup(group.id.rawValue))
            #expect(try await found.value(timeout: .seconds(30)) == [2, 4])
        }
    }

    @Test func `a result that was stored without being published is found all the same`() async throws {
        try await withRedisServer { server in
            let redis = RedisClient(configuration: server.configuration(), logger: Logger(label: "test"))
            let backend = RedisResultBackend(redis, pollInterval: .milliseconds(20))
            let document = ResultDocument(taskID: "silent", state: .success, result: 5)
            let value = try await backend.withUpdates(of: "silent") { updates in
                _ = try await redis.send(RawCommand("SET", "celery-task-meta-silent", document.serialized()))
                for try await update in updates where update.state.isReady { return update.result }
                return JSONValue.null
            }
            #expect(value == 5)
            await redis.close()
        }
    }
}
