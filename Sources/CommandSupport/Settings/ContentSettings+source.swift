package import Celery

extension SettingKey {
    package static let acceptContent: SettingKey = "accept_content"
    package static let taskSerializer: SettingKey = "task_serializer"
    package static let taskCompression: SettingKey = "task_compression"

    /// The settings that are about content.
    static let content: [SettingKey] = [.acceptContent, .taskSerializer, .taskCompression]
}

extension ContentSettings {
    /// Reads the settings.
    ///
    /// - Parameter source: Where they are.
    /// - Throws: ``SettingsError`` when one names what is not known, never read, or not built in.
    package init(from source: SettingsSource) async throws {
        self.init()
        if let names = try await source.list(.acceptContent) {
            accepted = Set(try names.map { try source.serializer($0, .acceptContent) })
        }
        if let name = try await source.text(.taskSerializer) {
            serializer = try source.serializer(name, .taskSerializer)
        }
        compression = try await source.compression(.taskCompression)
        if serializer == .auth || accepted.contains(.auth) { security = try await MessageSecurity(from: source) }
        timeZone = try await source.timeZone
    }
}

extension SettingsSource {
    /// A serializer that this program has, by its name or media type.
    func serializer(_ name: String, _ key: SettingKey) throws -> Serializer {
        guard let serializer = Serializer(named: name) else {
            if name == "pickle" || name == "application/x-python-serialize" {
                throw SettingsError("\(key.name) must not name pickle: whoever sends it has any code run that he likes")
            }
            let names = Serializer.allCases.map(\.rawValue).joined(separator: ", ")
            throw wrong(key, "one of \(names), not \(name)")
        }
        guard serializer.isAvailable else { throw notBuilt(key, name) }
        return serializer
    }

    /// A compression that this program has, by one of kombu's names; nil when there is none to be.
    func compression(_ key: SettingKey) async throws -> Compression? {
        guard let name = try await text(key) else { return nil }
        guard let compression = Compression(named: name) else {
            let names = Compression.allCases.map(\.rawValue).joined(separator: ", ")
            throw wrong(key, "one of \(names), not \(name)")
        }
        guard compression.isAvailable else { throw notBuilt(key, name) }
        return compression
    }

    private func notBuilt(_ key: SettingKey, _ name: String) -> SettingsError {
        SettingsError(
            "\(key.name): this program was built without \(name); build it with the package trait that brings it"
        )
    }
}
