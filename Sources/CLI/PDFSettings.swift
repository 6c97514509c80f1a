import Celery
import CommandSupport
import Foundation
import PDFTasks

/// How this program's PDF tasks work.
struct PDFSettings {
    /// Where chunks and indexes go.
    let cache: ServerAddress
    /// How the tasks work.
    let tasks: PDFTaskSettings

    private let languageName: String

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - source: Where they are.
    ///   - results: The result backend, which is the cache's server unless there is another one.
    /// - Throws: ``SettingsError`` when one is not usable.
    init(from source: SettingsSource, results: ServerAddress?) async throws {
        if let url = try await source.text(.cacheURL) {
            cache = try ServerAddress(url: url, setting: .cacheURL)
        } else if let results {
            cache = results
        } else {
            throw source.wrong(.cacheURL, "given")
        }
        let languages = ["zh": ProgressMessages.chinese, "en": .english]
        languageName = try await source.text(.language)?.lowercased() ?? "zh"
        guard let language = languages[languageName] else { throw source.wrong(.language, "zh or en") }
        let lifetime = try await source.duration(.lifetime) ?? .seconds(3600)
        guard lifetime >= .seconds(1) else { throw source.wrong(.lifetime, "at least 1 second") }
        tasks = PDFTaskSettings(
            pipeline: try await Self.pipeline(from: source),
            lifetime: lifetime,
            language: language,
            roots: try await Self.roots(from: source)
        )
    }

    /// Reads below which folders files may be read: absolute paths, none for any file.
    static func roots(from source: SettingsSource) async throws -> [String] {
        try await source.list(.roots)?.map(absolute) ?? []
    }

    /// The folder as seen from anywhere, without a slash at its end.
    private static func absolute(_ folder: String) -> String {
        let path = URL(filePath: folder).standardizedFileURL.path(percentEncoded: false)
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Reads how documents are cut.
    static func pipeline(from source: SettingsSource) async throws -> PDFPipeline.Settings {
        var settings = PDFPipeline.Settings()
        settings.maxTokens = try await source.integer(.maxTokens, atLeast: 16) ?? settings.maxTokens
        settings.overlap = try await source.integer(.overlap, atLeast: 0) ?? settings.overlap
        guard settings.overlap <= settings.maxTokens / 2 else {
            throw source.wrong(.overlap, "at most half of \(SettingKey.maxTokens.name)")
        }
        return settings
    }

    /// What a child process needs to know of them.
    var childSettings: [SettingKey: JSONValue] {
        [
            .cacheURL: .string(cache.url),
            .language: .string(languageName),
            .lifetime: .integer(Int(tasks.lifetime.components.seconds)),
            .maxTokens: .integer(tasks.pipeline.maxTokens),
            .overlap: .integer(tasks.pipeline.overlap),
            .roots: .array(tasks.roots.map(JSONValue.string)),
        ]
    }
}
