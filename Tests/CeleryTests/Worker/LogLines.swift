import Logging

/// What a logger was told, to be waited for.
struct LogLines: Sendable {
    private let lines = AsyncStream.makeStream(of: String.self)

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: lines.continuation) } }

    /// Waits until it was told this, and forgets what came before.
    func line(_ text: String) async {
        for await line in lines.stream where line == text { return }
    }

    private struct Handler: LogHandler {
        let lines: AsyncStream<String>.Continuation
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.yield(event.message.description) }
    }
}
