import Tracing

/// Makes a span of each run of a task, named `run/TASK`.
///
/// The span continues the trace that the headers of the message carry, in the form that the tracer of the program reads:
/// with OpenTelemetry `traceparent`, `tracestate` and `baggage`, as opentelemetry-instrumentation-celery sends them. It is
/// current in the task, also in a process of the pool, and what the task and its end send follows from it.
///
/// Attributes are named as in OpenTelemetry's conventions of messaging and in its instrumentation of Celery
/// (`celery.action`, `celery.state`, `celery.task_name`, `messaging.message.id`, `messaging.destination`, …). Of errors
/// only the class is recorded, of arguments and results nothing.
///
/// The tracer is the one with which the program has bootstrapped `InstrumentationSystem`; without one nothing happens.
/// Messages that a ``CeleryClient`` or a worker sends have spans of their own (`apply_async/TASK`) and carry the context
/// on, with or without this middleware.
public struct TracingMiddleware: TaskMiddleware {
    /// It does not.
    public var mayBlock: Bool { false }

    /// Makes the middleware.
    public init() {}

    /// Traces one call.
    public func handle(
        _ request: TaskRequest,
        next: @Sendable (TaskRequest) async -> TaskOutcome
    ) async -> TaskOutcome {
        guard let context = ServiceContext(headers: request.message.headers) else { return await next(request) }
        return await withSpan("run/\(request.task)", context: context, ofKind: .consumer) { span in
            span.updateAttributes { $0.describe(request) }
            let outcome = await next(request)
            span.record(outcome)
            return outcome
        }
    }
}
