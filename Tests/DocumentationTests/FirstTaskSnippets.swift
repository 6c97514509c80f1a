import Celery
import CeleryRedis
import Logging
import Redis
import ServiceLifecycle
import Testing
import UnixSignals

/// The landing page's task.
private enum Landing {
    struct Add: TaskParameters {
        static let taskName = "math.add"
        typealias Output = Int

        var x: Int
        var y: Int
    }

    /// Compiled, not called: it takes a server.
    static func serve(_ redis: RedisClient) async throws {
        var worker = Worker(
            broker: RedisBroker(redis),
            results: RedisResultBackend(redis),
            configuration: WorkerConfiguration(queues: ["math"], pool: .processes(4)),
            logger: logger
        )
        worker.register(Add.self) { parameters, context in
            await context.progress(current: 1, total: 2, message: "Adding")
            return parameters.x + parameters.y
        }
        try await ServiceGroup(
            services: [redis, worker],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        ).run()
    }

    static func send(_ redis: RedisClient) async throws -> Int {
        let celery = CeleryClient(broker: RedisBroker(redis), results: RedisResultBackend(redis))
        let sum = try await celery.send(Add(x: 2, y: 3)).value(timeout: .seconds(30))

        return sum
    }
}

struct SplitText: TaskParameters {
    static let taskName = "pdf.split_text"
    typealias Output = [String]

    var pages: [String]
    var maxWords: Int?

    enum CodingKeys: String, CodingKey {
        case pages
        case maxWords = "max_words"
    }
}

/// Compiled, not called: it takes a server.
private func serve(_ redis: RedisClient) async throws {
    var worker = Worker(
        broker: RedisBroker(redis),
        results: RedisResultBackend(redis),
        configuration: WorkerConfiguration(queues: ["pdf"], pool: .processes(4)),
        middleware: [MetricsMiddleware(), TracingMiddleware()],
        logger: logger
    )
    worker.register(SplitText.self, options: TaskOptions(timeLimit: .seconds(60))) { parameters, context in
        var parts: [String] = []
        for (index, page) in parameters.pages.enumerated() {
            let words = page.split(separator: " ")
            parts += words.chunked(by: parameters.maxWords ?? 300).map { $0.joined(separator: " ") }
            await context.progress(current: index + 1, total: parameters.pages.count, message: "Splitting")
        }
        return parts
    }

    try await ServiceGroup(
        services: [redis, worker],
        gracefulShutdownSignals: [.sigterm, .sigint],
        logger: logger
    ).run()
}

private func send(_ pages: [String], _ redis: RedisClient) async throws -> [String] {
    let celery = CeleryClient(broker: RedisBroker(redis), results: RedisResultBackend(redis))
    let result = try await celery.send(SplitText(pages: pages), options: SendOptions(queue: "pdf"))
    let parts = try await result.value(timeout: .seconds(30))

    return parts
}
