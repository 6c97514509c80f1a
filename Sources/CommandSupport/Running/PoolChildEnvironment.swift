package import Celery
import Configuration
import Foundation
package import Logging

/// What the children of a pool get to know, and what they do not.
///
/// Settings are handed over their sockets. Their environment is the worker's without what may hold a password, for it can
/// be read by others.
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
    /// - Parameters:
    ///   - settings: What children need to know: texts, integers and lists of texts.
    ///   - logging: How they log.
    /// - Returns: The pool's configuration, without limits.
    package static func prepare(
        _ settings: [SettingKey: JSONValue] = [:],
        logging: LogSettings
    ) -> ProcessPoolConfiguration {
        var settings = settings
        settings[.logLevel] = .string(logging.level.rawValue)
        settings[.logFormat] = .string(logging.format.rawValue)
        settings[.logFile] = logging.file.map { .string(NodeFormat.escape($0.path)) }
        var configuration = ProcessPoolConfiguration(
            arguments: [command],
            withheldEnvironment: Set((withheld + settings.keys).map(\.environmentVariable))
        )
        configuration.settings = JSONObject(pairs: settings.map { ($0.name, $1) })
        return configuration
    }

    /// The settings of this process, which is a child.
    ///
    /// - Throws: ``SettingsError`` when it is none: the command is not for people.
    package static func source(known: [SettingKey] = SettingKey.common) async throws -> SettingsSource {
        guard PoolChild.isThisProcess else {
            throw SettingsError("\(command) is started by the command worker for its own use.")
        }
        return try await source(PoolChild.settings, environment: ProcessInfo.processInfo.environment, known: known)
    }

    /// Settings that were handed over, before those of the environment.
    static func source(
        _ settings: JSONObject,
        environment: [String: String] = [:],
        known: [SettingKey]
    ) async throws -> SettingsSource {
        var flags = Flags()
        for (name, value) in settings {
            let content: ConfigContent? =
                if let texts = value.arrayValue {
                    .stringArray(texts.compactMap(\.stringValue))
                } else {
                    value.stringValue.map(ConfigContent.string) ?? value.intValue.map(ConfigContent.int)
                }
            flags[SettingKey(stringLiteral: name)] = content
        }
        return try await SettingsSource(flags: flags, environment: environment, known: known)
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
