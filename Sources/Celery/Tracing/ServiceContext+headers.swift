import Tracing

extension InstrumentationSystem {
    /// Whether this program traces: without an instrument nobody asks for contexts and spans.
    static var isTracing: Bool { !(instrument is NoOpInstrument) }
}

extension ServiceContext {
    /// The context that headers carry, as far as the instrument of this program can read it; nil where there is none.
    ///
    /// - Parameter headers: The headers of a message, or what ``headers`` gave.
    init?(headers: JSONObject) {
        guard InstrumentationSystem.isTracing else { return nil }
        self = .topLevel
        InstrumentationSystem.instrument.extract(headers, into: &self, using: HeaderCarrier())
    }

    /// The headers that carry the context: `traceparent`, `baggage`, or whatever the instrument of this program writes.
    var headers: JSONObject {
        var headers: JSONObject = [:]
        InstrumentationSystem.instrument.inject(self, into: &headers, using: HeaderCarrier())
        return headers
    }
}

/// Reads and writes texts among a message's headers.
///
/// As in Python (opentelemetry-instrumentation-celery) they stand at the top level, under the instrument's own names.
struct HeaderCarrier: Extractor, Injector {
    /// The headers that belong to Celery: no instrument changes what a message calls.
    private static let reserved = Set(TaskCall(task: "").message().headers.keys)

    func extract(key: String, from headers: JSONObject) -> String? { headers[key]?.stringValue }

    func inject(_ value: String, forKey key: String, into headers: inout JSONObject) {
        guard !Self.reserved.contains(key) else { return }
        headers[key] = .string(value)
    }
}
