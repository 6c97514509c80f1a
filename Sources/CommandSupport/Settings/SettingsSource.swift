package import Celery
package import Configuration

/// Where settings come from: flags, then environment, then a file.
///
/// The first that has one wins.
package struct SettingsSource: Sendable {
    private let reader: ConfigReader
    private let environment: [String: String]
    private let structured: [SettingKey: JSONValue]
    /// What the user has to be told about the settings file.
    package let remarks: [String]

    /// Opens the sources.
    ///
    /// The file is the flag's or the environment's `CELERY_PDF_CONFIG`. Empty environment variables count as not set,
    /// since that is how compose files pass on what nobody has set.
    ///
    /// - Parameters:
    ///   - flags: The settings that were given as flags.
    ///   - environment: The environment.
    ///   - known: The settings that a file may hold; others are refused, as they would be without effect.
    /// - Throws: ``SettingsError`` when the file cannot be used.
    package init(
        flags: [SettingKey: ConfigContent] = [:],
        environment: [String: String] = [:],
        known: [SettingKey] = SettingKey.common
    ) async throws {
        let given = Dictionary(
            uniqueKeysWithValues: flags.map { key, content in
                (AbsoluteConfigKey(key.components), ConfigValue(content, isSecret: false))
            }
        )
        let variables = EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty })
            .mapKeys { key in AbsoluteConfigKey(SettingKey.environmentComponents(key.components)) }
        let direct: [any ConfigProvider] = [InMemoryProvider(name: "flags", values: given), variables]
        self.init(reader: ConfigReader(providers: direct), environment: environment)
        if let path = try await text(.configFile) {
            let file = try SettingsFile(path, known: known)
            self.init(
                reader: ConfigReader(providers: direct + [file.provider]),
                environment: environment,
                structured: file.structured,
                remarks: file.remarks
            )
        }
    }

    private init(
        reader: ConfigReader,
        environment: [String: String],
        structured: [SettingKey: JSONValue] = [:],
        remarks: [String] = []
    ) {
        self.reader = reader
        self.environment = environment
        self.structured = structured
        self.remarks = remarks
    }

    /// A text.
    package func text(_ key: SettingKey) async throws -> String? {
        try await value(key, "a text") { try await reader.fetchString(forKey: ConfigKey(key.components)) }
    }

    /// An integer that is not below `minimum`.
    package func integer(_ key: SettingKey, atLeast minimum: Int) async throws -> Int? {
        let kind = "an integer, at least \(minimum)"
        let number = try await value(key, kind) { try await reader.fetchInt(forKey: ConfigKey(key.components)) }
        guard let number else { return nil }
        guard number >= minimum else { throw wrong(key, kind) }
        return number
    }

    /// A time, given in seconds; infinity is the longest that can be told.
    package func duration(_ key: SettingKey) async throws -> Duration? {
        let kind = "a number of seconds, not below 0"
        let path = ConfigKey(key.components)
        let number: Double?
        do {
            number = try await reader.fetchDouble(forKey: path)
        } catch {
            // A file's 30 is an integer.
            number = try await value(key, kind) { try await reader.fetchInt(forKey: path) }.map(Double.init)
        }
        guard let number else { return nil }
        guard number >= 0 else { throw wrong(key, kind) }
        return .seconds(min(number, Self.longestTime))
    }

    /// A switch.
    package func isOn(_ key: SettingKey, default isUsual: Bool = false) async throws -> Bool {
        let kind = "true or false"
        return try await value(key, kind) { try await reader.fetchBool(forKey: ConfigKey(key.components)) } ?? isUsual
    }

    /// A switch that is on in the absence of a word.
    package func flag(_ key: SettingKey) async throws -> Bool? {
        try await value(key, "true or false") { try await reader.fetchBool(forKey: ConfigKey(key.components)) }
    }

    /// A structured setting, as it stands in the file or as JSON in the environment.
    package func json(_ key: SettingKey) throws -> JSONValue? {
        guard let text = environment[key.environmentVariable], !text.isEmpty else { return structured[key] }
        do {
            return try JSONValue(parsing: Array(text.utf8))
        } catch {
            throw SettingsError("\(key.environmentVariable) must be JSON: \(error)")
        }
    }

    /// A list of integers: an array in a file, or separated by commas.
    ///
    /// - Parameters:
    ///   - key: The setting.
    ///   - given: What is said elsewhere, if no source has it.
    /// - Returns: The integers.
    /// - Throws: ``SettingsError`` when it is something else.
    package func integers(_ key: SettingKey, or given: String? = nil) async throws -> [Int]? {
        let kind = "a list of integers"
        let path = ConfigKey(key.components)
        var text = given
        do {
            if let numbers = try await reader.fetchIntArray(forKey: path) { return numbers }
        } catch {
            text = try await value(key, kind) { try await reader.fetchString(forKey: path) }
        }
        guard let text else { return nil }
        let parts = Self.trimmed(text.split(separator: ","))
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, !numbers.isEmpty else { throw wrong(key, kind) }
        return numbers
    }

    /// A list of texts: an array in a file, or separated by commas there as in the environment.
    package func list(_ key: SettingKey) async throws -> [String]? {
        let kind = "a list of texts"
        do {
            let texts = try await value(key, kind) {
                try await reader.fetchStringArray(forKey: ConfigKey(key.components))
            }
            return texts.map(Self.trimmed)
        } catch is SettingsError {
            let text = try await value(key, kind) { try await reader.fetchString(forKey: ConfigKey(key.components)) }
            return text.map { Self.trimmed($0.split(separator: ",")) }
        }
    }

    /// A text, or an integer where a file holds one.
    package func textOrInteger(_ key: SettingKey) async throws -> String? {
        do {
            return try await text(key)
        } catch is SettingsError {
            return try await integer(key, atLeast: .min).map(String.init)
        }
    }

    /// The error for a value that is not what it has to be.
    package func wrong(_ key: SettingKey, _ kind: String) -> SettingsError {
        SettingsError("\(key.name) must be \(kind) (as a flag, in \(key.environmentVariable) or in the settings file)")
    }

    /// The parts of a list, without blanks around them and without empty ones.
    package static func trimmed(_ parts: some Sequence<some StringProtocol>) -> [String] {
        parts.map { $0.trimmingPrefix { $0.isWhitespace } }
            .map { String($0.reversed().trimmingPrefix { $0.isWhitespace }.reversed()) }
            .filter { !$0.isEmpty }
    }

    /// Ten thousand years, in seconds.
    package static let longestTime = 3e11

    private func value<Value>(
        _ key: SettingKey,
        _ kind: String,
        _ fetch: () async throws -> Value?
    ) async throws -> Value? {
        do {
            return try await fetch()
        } catch {
            throw wrong(key, kind)
        }
    }
}
