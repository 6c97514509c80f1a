import Celery
import Foundation

/// The task `interop.time()`: when it ran, and whether its message had been delivered before.
struct ShowTime: TaskParameters {
    static let taskName = "interop.time"
    typealias Output = JSONValue
}

/// The task `interop.retry_after(seconds)`, which asks for one more run.
struct RetryAfter: TaskParameters {
    static let taskName = "interop.retry_after"
    typealias Output = Int
    var seconds: Double
}

extension Worker {
    /// Registers the tasks that show when they run.
    mutating func registerTimeTasks() {
        register(ShowTime.self) { _, context in
            [
                "time": .double(Date().timeIntervalSince1970),
                "redelivered": .bool(context.request.message.isRedelivered),
            ]
        }
        register(RetryAfter.self) { parameters, context in
            guard context.request.retries > 0 else { throw Retry(after: .seconds(parameters.seconds)) }
            return context.request.retries
        }
    }
}
