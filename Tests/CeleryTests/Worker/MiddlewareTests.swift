import Foundation
import Testing

@testable import Celery

/// Where middleware runs in a worker that works on an event loop.
@Suite(.timeLimit(.minutes(1))) struct MiddlewareTests {
    /// A thread on which nothing may block.
    private final class Loop: TaskExecutor {
        private static let mark = "loop"
        private let queue = DispatchQueue(label: mark)

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async {
                let marks = Thread.current.threadDictionary
                marks[Self.mark] = true
                job.runSynchronously(on: self.asUnownedTaskExecutor())
                marks[Self.mark] = nil
            }
        }

        static var isHere: Bool { Thread.current.threadDictionary[mark] != nil }
    }

    /// Says where it runs before and after the task.
    private struct Told: TaskMiddleware {
        let mayBlock: Bool

        func handle(
            _ request: TaskRequest,
            next: @Sendable (TaskRequest) async -> TaskOutcome
        ) async -> TaskOutcome {
            let before = Loop.isHere
            guard case .success(let inner) = await next(request) else { return .ignore }
            return .success([.bool(before), inner, .bool(Loop.isHere)])
        }
    }

    private func places(_ middleware: [any TaskMiddleware], on loop: Loop?) async throws -> JSONValue {
        let message = try TaskMessage(TaskCall(task: "t").message())
        let request = TaskRequest(message: message, queue: "q", nodeName: "w@test")
        let outcome = await withTaskExecutorPreference(loop) {
            await runMiddleware(middleware[...], request, on: loop) { _ in .success(.bool(Loop.isHere)) }
        }
        guard case .success(let places) = outcome else { return .null }
        return places
    }

    @Test func `what may block runs apart from the loop, and the task is passed on in it`() async throws {
        let chain: [any TaskMiddleware] = [Told(mayBlock: true), Told(mayBlock: false), Told(mayBlock: true)]
        let seen = try await places(chain, on: Loop())
        #expect(seen == [false, [true, [false, true, false], true], false])
    }

    @Test func `without a loop all of it runs where it is`() async throws {
        let seen = try await places([Told(mayBlock: true)], on: nil)
        #expect(seen == [false, false, false])
    }
}
