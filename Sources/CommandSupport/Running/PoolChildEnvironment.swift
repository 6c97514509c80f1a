package import Celery
import Foundation
package import Logging

/// What the children of a pool get to know by their environment, and what they do not.
package enum PoolChildEnvironment {
    /// The command that children are started with: nothing else stands on their command lines.
    package static let command = "pool-child"

    /// What may hold a password, and is none of their business.
    static let withheld: [SettingKey] = [
        .brokerURL, .resultBackend, .redisPassword, .configFile, .securityKey, .securityKeyPassword,
        SentinelSettings.broker.kwargs, SentinelSettings.results.kwargs,
    ]

    /// How children are started.
    ///
    /// Variables are put into this process's own environment, from where children have theirs; so this is called once,
    /// before anything else runs.
    ///
    /// - Parameters:
    ///   - variables: What children need to know.
    ///   - logging: How they log.
    /// - Returns: The pool's configuration, without limits.
    package static func prepare(
        _ variables: [SettingKey: String] = [:],
        logging: LogSettings
    ) -> ProcessPoolConfiguration {
        var variables = variables
        variables[.logLevel] = logging.level.rawValue
        variables[.logFormat] = logging.format.rawValue
        variables[.logFile] = logging.file.map { NodeFormat.escape($0.path) }
        for (key, value) in variables { setenv(key.environmentVariable, value, 1) }
        return ProcessPoolConfiguration(
            arguments: [command],
            withheldEnvironment: Set(withheld.map(\.environmentVariable))
        )
    }

    /// The settings of this process, which is a child.
    ///
    /// - Throws: ``SettingsError`` when it is none: the command is not for people.
    package static func source(known: [SettingKey] = SettingKey.common) async throws -> SettingsSource {
        let environment = ProcessInfo.processInfo.environment
        // Celery's Worker/Pool/PoolChild.swift sets it.
        guard environment["SWIFT_CELERY_POOL_CHILD"] != nil else {
            throw SettingsError("\(command) is started by the command worker for its own use.")
        }
        return try await SettingsSource(environment: environment, known: known)
    }

    /// Makes logs those of a child.
    ///
    /// - Parameters:
    ///   - label: The logger's label.
    ///   - source: The settings of this process.
    /// - Returns: The logger.
    /// - Throws: ``SettingsError`` when the settings are not usable.
    package static func enter(label: String, source: SettingsSource) async throws -> Logger {
        // billiard's name for what a prefork pool starts.
        try await LogSettings(from: source).bootstrap(process: "ForkPoolWorker")
        return Logger(label: label)
    }
}
