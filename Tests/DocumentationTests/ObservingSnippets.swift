import Celery
import Testing
import Tracing

/// A budget of runs.
actor Meter {
    private var left: Int

    init(_ count: Int) {
        left = count
    }

    func take(for task: String) -> Bool {
        left -= 1
        return left >= 0
    }
}

struct Quota: TaskMiddleware {
    let limit: Meter

    func handle(
        _ request: TaskRequest,
        next: @Sendable (TaskRequest) async -> TaskOutcome
    ) async -> TaskOutcome {
        guard await limit.take(for: request.task) else {
            return .retry(Retry(after: .seconds(10), maxRetries: .max), cause: nil, traceback: nil)
        }
        return await next(request)
    }
}

private func split(_ parameters: SplitText, _ context: TaskContext) async throws -> [String] { parameters.pages }

@Suite struct ObservingSnippets {
    @Test func `middleware`() async throws {
        let (broker, results) = (MemoryBroker(), MemoryResultBackend())
        func make() -> Worker {
            let worker = Worker(
                broker: broker,
                results: results,
                middleware: [MetricsMiddleware(), TracingMiddleware()],
                logger: logger
            )

            return worker
        }
        var worker = make()
        worker.register(SplitText.self) { parameters, context in
            try await withSpan("split") { span in
                span.attributes["pages"] = parameters.pages.count
                return try await split(parameters, context)
            }
        }

        let pages = try await worker.eagerClient().send(SplitText(pages: ["one"])).value()
        #expect(pages == ["one"])
    }

    @Test func `a quota`() async throws {
        let quota = Quota(limit: Meter(1))
        let message = try TaskMessage(TaskCall(task: "add").message())
        let request = TaskRequest(message: message, queue: "celery", nodeName: "w@test")
        var isRetried: [Bool] = []
        for _ in 0..<2 {
            let outcome = await quota.handle(request) { _ in .success(.null) }
            if case .retry = outcome { isRetried.append(true) } else { isRetried.append(false) }
        }
        #expect(isRetried == [false, true])
    }
}
