import Celery
import Configuration
import Foundation

/// A settings file: a JSON object, nested where names have dots.
struct SettingsFile {
    /// Its settings, but for the structured ones.
    let provider: any ConfigProvider
    /// Those whose values are read as they stand.
    let structured: [SettingKey: JSONValue]
    /// What it sets without effect, a sentence each.
    let remarks: [String]

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - known: The settings that it may hold.
    /// - Throws: ``SettingsError``.
    init(_ path: String, known: [SettingKey]) throws {
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
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        var structured: [SettingKey: JSONValue] = [:]
        var unused: [String] = []
        for (name, value) in Self.leaves(members, below: "") {
            if value == [:], known.contains(where: { $0.name.hasPrefix("\(name).") }) { continue }
            guard let key = known.first(where: { $0.name == name }) else {
                switch UnusedSetting(name) {
                case .accepted(let name):
                    if !unused.contains(name) { unused.append(name) }
                case .refused(let name, let reason):
                    throw SettingsError("the settings file \(path): \(name) is not used by this worker: \(reason)")
                case nil:
                    let hint = Similarity.meant(by: name, among: known.map(\.name)).map { " Did you mean \"\($0)\"?" }
                    throw SettingsError("the settings file \(path) has an unknown setting \"\(name)\".\(hint ?? "")")
                }
                continue
            }
            if SettingKey.structured.contains(key) {
                structured[key] = value
            } else if let content = Self.content(value) {
                values[AbsoluteConfigKey(key.components)] = ConfigValue(content, isSecret: false)
            } else if value.isNull {
                if SettingKey.endless.contains(key) {
                    values[AbsoluteConfigKey(key.components)] = ConfigValue(.int(0), isSecret: false)
                }
            } else {
                throw SettingsError("the settings file \(path): \(name) must be one value or a list of one kind")
            }
        }
        provider = InMemoryProvider(name: "file", values: values)
        self.structured = structured
        remarks = unused.map { "the settings file \(path): \($0) is not used by this worker" }
    }

    private static func leaves(_ members: JSONObject, below parent: String) -> [(name: String, value: JSONValue)] {
        members.flatMap { key, value in
            let name = "\(parent)\(key)"
            if case .object(let inner) = value, !inner.isEmpty,
                !SettingKey.structured.contains(where: { $0.name == name })
            {
                return leaves(inner, below: "\(name).")
            }
            return [(name, value)]
        }
    }

    /// The value as settings have it; nil for what no setting is.
    private static func content(_ value: JSONValue) -> ConfigContent? {
        switch value {
        case .string(let text): return .string(text)
        case .integer(let number): return .int(number)
        case .double(let number): return .double(number)
        case .bool(let flag): return .bool(flag)
        case .array(let elements):
            let texts = elements.compactMap(\.stringValue)
            if texts.count == elements.count { return .stringArray(texts) }
            let numbers = elements.compactMap(\.intValue)
            return numbers.count == elements.count ? .intArray(numbers) : nil
        default: return nil
        }
    }
}
