import Celery
import Tracing

/// The task `interop.trace(before=None)`, which adds the context that it runs in to a list of contexts.
struct ShowTrace: TaskParameters {
    static let taskName = "interop.trace"
    typealias Output = [[String: String]]
    var before: [[String: String]]?
}

/// The task `interop.trace_inside(signature)`, which sends a signature from within a span of its own.
struct SendInsideSpan: TaskParameters {
    static let taskName = "interop.trace_inside"
    typealias Output = JSONValue
    var signature: JSONValue
}

extension Worker {
    /// Registers the tasks that show what is traced.
    mutating func registerTraceTasks() {
        register(ShowTrace.self) { parameters, _ in
            (parameters.before ?? []) + [ServiceContext.current?.trace?.headers ?? [:]]
        }
        register(SendInsideSpan.self) { parameters, context in
            try await withSpan("inside") { _ in
                try await context.apply(Signature(json: parameters.signature)).json
            }
        }
    }
}
