import Foundation
import Synchronization
import Tracing

/// A tracer that writes each span that ends as a line of JSON to the end of a file, which several processes share.
struct FileTracer: Tracer {
    /// The environment variable that names the file.
    static let variable = "INTEROP_SPANS"

    let path: String

    /// Traces this program if it is told where to.
    static func bootstrapIfWanted() {
        guard let path = ProcessInfo.processInfo.environment[variable] else { return }
        InstrumentationSystem.bootstrap(FileTracer(path: path))
    }

    func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> FileSpan {
        let parent = context()
        return FileSpan(operationName, parent: parent, path: path)
    }

    func forceFlush() {}

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let text = extractor.extract(key: "traceparent", from: carrier),
            var trace = TraceContext(traceparent: text)
        else { return }
        for name in TraceContext.otherNames { trace.others[name] = extractor.extract(key: name, from: carrier) }
        context.trace = trace
    }

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        for (name, value) in context.trace?.headers ?? [:] { injector.inject(value, forKey: name, into: &carrier) }
    }
}

/// A span of ``FileTracer``.
final class FileSpan: Span {
    private struct State {
        var name: String
        var attributes = SpanAttributes()
        var status: SpanStatus?
    }

    let context: ServiceContext
    private let trace: TraceContext
    private let parent: String?
    private let path: String
    private let state: Mutex<State>

    init(_ name: String, parent: ServiceContext, path: String) {
        var context = parent
        trace = parent.trace?.child ?? TraceContext()
        context.trace = trace
        self.context = context
        self.parent = parent.trace?.span
        self.path = path
        state = Mutex(State(name: name))
    }

    let isRecording = true

    var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    func setStatus(_ status: SpanStatus) {
        state.withLock { $0.status = status }
    }

    func addEvent(_ event: SpanEvent) {}

    func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {}

    func addLink(_ link: SpanLink) {}

    func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let state = state.withLock { $0 }
        var line: [String: String] = [
            "name": state.name, "trace": trace.trace, "span": trace.span, "pid": "\(getpid())",
        ]
        line["parent"] = parent
        state.attributes.forEach { name, value in
            if case .string(let text) = value { line[name] = text }
        }
        guard let json = try? JSONEncoder().encode(line) else { return }
        // One write to the end of the file: lines of several processes do not mix.
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        _ = (json + [UInt8(ascii: "\n")]).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    }
}
