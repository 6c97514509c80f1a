import Synchronization
import Tracing

/// The spans of messages on their way, one each, as opentelemetry-instrumentation-celery makes them.
///
/// The context of a span travels in the headers of its message.
final class ProducerSpans: Sendable {
    /// What the messages follow from.
    let context: ServiceContext
    private let spans = Mutex<[any Span]>([])

    /// Prepares for messages; fails where there is no instrument.
    ///
    /// - Parameter context: What the messages follow from; a trace of their own begins when nil.
    init?(in context: ServiceContext?) {
        guard InstrumentationSystem.isTracing else { return nil }
        self.context = context ?? .topLevel
    }

    /// Starts the span of a message.
    ///
    /// - Parameter outgoing: The message; one that calls no task is left as it is.
    /// - Returns: The message with the span's context in its headers.
    func started(_ outgoing: OutgoingMessage) -> OutgoingMessage {
        guard let task = outgoing.message.taskName else { return outgoing }
        let span = startSpan("apply_async/\(task)", context: context, ofKind: .producer)
        span.updateAttributes { attributes in
            attributes.describe(outgoing.message, task: task, routingKey: outgoing.destination.routingKey)
            attributes["celery.action"] = "apply_async"
            let exchange = outgoing.destination.exchange
            if !exchange.isEmpty { attributes["celery.exchange"] = exchange }
            attributes["messaging.operation.name"] = "apply_async"
            attributes["messaging.operation.type"] = "send"
        }
        spans.withLock { $0.append(span) }
        var outgoing = outgoing
        InstrumentationSystem.instrument.inject(span.context, into: &outgoing.message.headers, using: HeaderCarrier())
        return outgoing
    }

    /// Ends the spans: the messages are in their queues, or an error has kept them from it.
    func end(_ error: (any Error)? = nil) {
        let ended = spans.withLock { spans in
            defer { spans = [] }
            return spans
        }
        for span in ended {
            if let error { span.fail(String(describing: type(of: error))) }
            span.end()
        }
    }
}

/// Sends something under producer spans.
///
/// - Parameters:
///   - context: What it follows from.
///   - send: Decides and sends; it is given the spans to start, nil where nothing is traced.
/// - Returns: What `send` returns.
/// - Throws: What `send` throws, after it was recorded.
func withProducerSpans<R>(
    in context: ServiceContext?,
    _ send: (ProducerSpans?) async throws -> R
) async throws -> R {
    guard let spans = ProducerSpans(in: context) else { return try await send(nil) }
    do {
        let result = try await send(spans)
        spans.end()
        return result
    } catch {
        spans.end(error)
        throw error
    }
}
