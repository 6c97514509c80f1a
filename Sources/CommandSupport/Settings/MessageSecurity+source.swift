package import Celery

extension SettingKey {
    package static let securityKey: SettingKey = "security_key"
    package static let securityKeyPassword: SettingKey = "security_key_password"
    package static let securityCertificate: SettingKey = "security_certificate"
    package static let securityCertStore: SettingKey = "security_cert_store"
    package static let securityDigest: SettingKey = "security_digest"

    /// The settings that are about signed messages.
    static let security: [SettingKey] = [
        .securityKey, .securityKeyPassword, .securityCertificate, .securityCertStore, .securityDigest,
    ]
}

extension MessageSecurity {
    /// Reads the settings, and the files that they name.
    ///
    /// - Parameter source: Where they are.
    /// - Throws: ``SettingsError`` when one is missing, as Celery wants them all (celery/security/__init__.py), or not usable.
    package init(from source: SettingsSource) async throws {
        func file(_ key: SettingKey) async throws -> String {
            guard let path = try await source.text(key) else {
                throw SettingsError("\(key.name) must be set for the serializer auth (\(key.environmentVariable))")
            }
            return path
        }
        var digest = Digest.sha256
        if let name = try await source.text(.securityDigest) {
            guard let known = Digest(rawValue: name.lowercased()) else {
                let names = Digest.allCases.map(\.rawValue).joined(separator: ", ")
                throw source.wrong(.securityDigest, "one of \(names), not \(name)")
            }
            digest = known
        }
        let (key, certificate) = (try await file(.securityKey), try await file(.securityCertificate))
        let (store, password) = (
            try await file(.securityCertStore), try await source.textOrInteger(.securityKeyPassword)
        )
        do throws(CeleryError) {
            try self.init(
                key: key,
                keyPassword: password,
                certificate: certificate,
                certificateStore: store,
                digest: digest
            )
        } catch {
            throw SettingsError("security: \(error.message)")
        }
    }
}
