import Celery
import Configuration
import Foundation

/// A settings file: a JSON object, nested where names have dots.
enum SettingsFile {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - known: The settings that it may hold.
    /// - Returns: The settings.
    /// - Throws: ``SettingsError``.
    static func provider(_ path: String, known: [SettingKey]) async throws -> any ConfigProvider {
        let settings: JSONValue
        do {
            settings = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: path))))
        } catch let error as JSONError {
            throw SettingsError("the settings file \(path) is not JSON: \(error)")
        } catch {
            throw SettingsError("the settings file \(path) cannot be read: \(error.localizedDescription)")
        }
        guard case .object(let members) = settings else {
            throw SettingsError("the settings file \(path) must hold a JSON object")
        }
        for name in names(members, below: "") where !known.contains(where: { $0.name == name }) {
            let hint = Similarity.closest(to: name, among: known.map(\.name)).map { " Did you mean \"\($0)\"?" } ?? ""
            throw SettingsError("the settings file \(path) has an unknown setting \"\(name)\".\(hint)")
        }
        do {
            // The path goes in as a setting because its own type belongs to another package.
            let place = ConfigReader(
                provider: InMemoryProvider(values: ["filePath": .init(.string(path), isSecret: false)])
            )
            return try await FileProvider<JSONSnapshot>(config: place)
        } catch {
            throw SettingsError("the settings file \(path) cannot be used: \(error)")
        }
    }

    private static func names(_ members: JSONObject, below parent: String) -> [String] {
        members.flatMap { key, value in
            if case .object(let inner) = value { return names(inner, below: "\(parent)\(key).") }
            return ["\(parent)\(key)"]
        }
    }
}
