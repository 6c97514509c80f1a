import Celery
import Synchronization
import Testing

struct Fetch: TaskParameters {
    static let taskName = "fetch"
    typealias Output = String
    var url: String
}

struct TimeoutError: Error {}

/// A download that works at the third try.
private let tries = Mutex(0)

private func download(_ url: String) async throws -> String {
    let number = tries.withLock { tries in
        tries += 1
        return tries
    }
    guard number % 3 == 0 else { throw TimeoutError() }
    return "content of \(url)"
}

extension Worker {
    mutating func registerFetch() {
        var worker = self
        worker.register(Fetch.self) { fetch, context in
            guard fetch.url.hasPrefix("https://") else { throw PythonException.valueError("not a secure URL") }
            do {
                return try await download(fetch.url)
            } catch let error as TimeoutError {
                // Again in a minute, five times at most; then the task fails with the error.
                throw Retry(after: .seconds(60), cause: error, maxRetries: 5)
            }
        }

        let patient = TaskOptions(maxRetries: 8, autoRetry: RetryPolicy(for: TimeoutError.self, backoff: 2))
        worker.register(Fetch.self, as: "fetch.patiently", options: patient) { fetch, _ in
            try await download(fetch.url)
        }

        self = worker
    }
}

@Suite struct FailingSnippets {
    @Test(arguments: ["fetch", "fetch.patiently"])
    func `what times out is tried again`(task: String) async throws {
        var worker = Worker.forSnippets()
        worker.registerFetch()
        let result = try await worker.eagerClient().send(task, args: ["https://example.org"])
        let value = try await result.value()
        #expect(value == "content of https://example.org")
    }
}
