import Foundation
package import Logging

/// Writes to the standard error output, or to the file in its place, each line in one write, so that lines of several
/// processes do not mix.
package struct CeleryLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let format: LogSettings.Format
    private let file: LogFile?
    private let label: String
    private let process: String

    /// Makes a handler.
    ///
    /// - Parameters:
    ///   - label: The logger's label.
    ///   - settings: What is logged, and how a line looks.
    ///   - process: What the process is called, in Celery's words: `MainProcess` or `ForkPoolWorker`.
    package init(label: String, settings: LogSettings, process: String) {
        self.label = label
        self.process = process
        logLevel = settings.level
        format = settings.format
        file = settings.file
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a line.
    package func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let given = event.metadata { all.merge(given) { _, new in new } }
        if let error = event.error, all["error"] == nil { all["error"] = "\(error)" }
        let line = LogLine(
            level: event.level,
            message: event.message.description,
            metadata: all,
            label: label,
            process: process,
            time: LogTime.now
        )
        file?.follow()
        StandardError.write(format == .json ? line.json() : line.text())
    }
}

extension LogSettings {
    /// Makes these settings those of all loggers, once in a process.
    ///
    /// - Parameter process: What the process is called.
    /// - Throws: ``SettingsError`` when the file cannot be written.
    package func bootstrap(process: String = "MainProcess") throws {
        try file?.open()
        LoggingSystem.bootstrap { label in
            CeleryLogHandler(label: label, settings: self, process: process)
        }
    }
}
