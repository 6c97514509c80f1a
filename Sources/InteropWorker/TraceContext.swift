import Tracing

/// A context of W3C Trace Context and Baggage (https://www.w3.org/TR/trace-context/), as far as the tests need it.
struct TraceContext: Sendable {
    /// 32 hexadecimal digits.
    var trace = TraceContext.hex(digits: 16) + TraceContext.hex(digits: 16)
    /// 16 hexadecimal digits.
    var span = TraceContext.hex(digits: 16)
    /// What travels on as it came: `tracestate` and `baggage`.
    var others: [String: String] = [:]

    init() {}

    /// Reads a `traceparent`; nil when it is none.
    init?(traceparent: String) {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "00", parts[1].count == 32, parts[2].count == 16 else { return nil }
        (trace, span) = (parts[1], parts[2])
    }

    /// The context of a span below this one.
    var child: TraceContext {
        var child = self
        child.span = Self.hex(digits: 16)
        return child
    }

    /// What is written into headers.
    var headers: [String: String] {
        others.merging(["traceparent": "00-\(trace)-\(span)-01"]) { $1 }
    }

    static let otherNames = ["tracestate", "baggage"]

    private static func hex(digits: Int) -> String {
        let text = String(UInt64.random(in: 1 ... .max), radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}

private enum TraceContextKey: ServiceContextKey {
    typealias Value = TraceContext
}

extension ServiceContext {
    var trace: TraceContext? {
        get { self[TraceContextKey.self] }
        set { self[TraceContextKey.self] = newValue }
    }
}
