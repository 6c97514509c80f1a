import CommandSupport

extension SettingKey {
    static let cacheURL: SettingKey = "pdf.cache_url"
    static let roots: SettingKey = "pdf.roots"
    static let language: SettingKey = "pdf.language"
    static let lifetime: SettingKey = "pdf.ttl"
    static let maxTokens: SettingKey = "pdf.max_tokens"
    static let overlap: SettingKey = "pdf.overlap"
    static let httpHost: SettingKey = "pdf.http_host"
    static let httpPort: SettingKey = "pdf.http_port"

    /// The settings of this program.
    static let all =
        common + [
            .configFile, .cacheURL, .roots, .language, .lifetime, .maxTokens, .overlap, .httpHost, .httpPort,
        ]
}
