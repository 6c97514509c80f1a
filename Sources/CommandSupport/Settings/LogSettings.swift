package import Logging

/// How to log.
package struct LogSettings: Sendable {
    /// What a line looks like.
    package enum Format: String, Sendable, CaseIterable {
        /// As Celery writes it.
        case text
        /// A JSON object.
        case json
    }

    /// What is logged.
    package var level: Logger.Level
    /// What a line looks like.
    package var format: Format
    /// Where lines go; to the standard error output when nil.
    package var file: LogFile?

    /// Makes settings.
    package init(level: Logger.Level = .info, format: Format = .text) {
        self.level = level
        self.format = format
    }

    /// Reads the settings.
    ///
    /// - Parameter source: Where they are.
    /// - Throws: ``SettingsError`` when one is not usable.
    init(from source: SettingsSource) async throws {
        self.init()
        if let name = try await source.text(.logLevel) {
            guard let level = Logger.Level(celeryName: name) else {
                throw source.wrong(.logLevel, "debug, info, warning, error or critical")
            }
            self.level = level
        }
        if let name = try await source.text(.logFormat) {
            guard let format = Format(rawValue: name.lowercased()) else {
                throw source.wrong(.logFormat, "text or json")
            }
            self.format = format
        }
        if let path = try await source.path(.logFile) { file = LogFile(path) }
    }
}

extension Logger.Level {
    /// The level of a name that Celery knows, in any case, or that swift-log has beside these.
    package init?(celeryName name: String) {
        // celery/utils/log.py, LOG_LEVELS
        switch name.lowercased() {
        case "fatal": self = .critical
        case "warn": self = .warning
        case let name: self.init(rawValue: name)
        }
    }

    /// The name as Python writes it; those that Python has not get the name of the one they come closest to.
    var celeryName: String {
        switch self {
        case .trace, .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARNING"
        case .error: "ERROR"
        case .critical: "CRITICAL"
        }
    }
}
