import ArgumentParser
import Celery
import Configuration
import HTTPAPI
import PDFTasks
import Redis
import Testing

@testable import CLI
@testable import CommandSupport

@Suite struct PDFSettingsTests {
    private func source(_ environment: [String: String]) async throws -> SettingsSource {
        try await SettingsSource(environment: environment, known: SettingKey.all)
    }

    private func results() throws -> ServerAddress {
        try ServerAddress(url: "redis://results/1", setting: .resultBackend)
    }

    @Test func `documents go to the result backend unless they have a server of their own`() async throws {
        let plain = try await PDFSettings(from: source([:]), results: results())
        #expect(plain.cache.description == "results:6379/1")
        #expect(plain.tasks.lifetime == .seconds(3600))
        #expect(plain.tasks.language == .chinese)
        let own = try await PDFSettings(from: source(["CELERY_PDF_CACHE_URL": "redis://own/2"]), results: results())
        #expect(own.cache.description == "own:6379/2")
    }

    @Test func `a child gets the settings of its worker, and none by its environment`() async throws {
        let environment = [
            "CELERY_PDF_CACHE_URL": "redis://:p%40ss@own/2", "CELERY_PDF_TTL": "60", "CELERY_PDF_LANGUAGE": "en",
            "CELERY_PDF_MAX_TOKENS": "100", "CELERY_PDF_OVERLAP": "0", "CELERY_PDF_ROOTS": "/data/a/,/data/x/../b c",
        ]
        let parent = try await PDFSettings(from: source(environment), results: results())
        let pool = PoolChildEnvironment.prepare(parent.childSettings, logging: LogSettings())
        let child = try await PDFSettings(
            from: PoolChildEnvironment.source(pool.settings, known: SettingKey.all),
            results: nil
        )
        #expect(pool.withheldEnvironment.isSuperset(of: environment.keys))
        #expect(child.cache == parent.cache)
        #expect(child.cache.configuration.password == "p@ss")
        #expect(child.tasks.roots == ["/data/a", "/data/b c"])
        #expect(child.tasks.roots == parent.tasks.roots)
        #expect(child.tasks.lifetime == .seconds(60))
        #expect(child.tasks.language == .english)
        #expect(child.tasks.pipeline == parent.tasks.pipeline)
        #expect(child.tasks.pipeline.maxTokens == 100)
    }

    @Test func `a root may have a comma where each has a flag of its own`() async throws {
        let flags = try RootOptions.parse(["--root", "/data,old", "--root", "/new"]).flags
        let source = try await SettingsSource(flags: flags, known: SettingKey.all)
        let parent = try await PDFSettings(from: source, results: results())
        #expect(parent.tasks.roots == ["/data,old", "/new"])
        let pool = PoolChildEnvironment.prepare(parent.childSettings, logging: LogSettings())
        let child = try await PoolChildEnvironment.source(pool.settings, known: SettingKey.all)
        #expect(try await PDFSettings.roots(from: child) == ["/data,old", "/new"])
    }

    @Test(arguments: [
        ("CELERY_PDF_LANGUAGE", "fr"), ("CELERY_PDF_TTL", "0.5"), ("CELERY_PDF_MAX_TOKENS", "3"),
        ("CELERY_PDF_OVERLAP", "300"), ("CELERY_PDF_CACHE_URL", "http://h"),
    ])
    func `a value that cannot be used is named`(variable: String, value: String) async throws {
        let source = try await source([variable: value])
        await #expect { try await PDFSettings(from: source, results: results()) } throws: {
            "\($0)".contains(variable)
        }
    }

    @Test func `the API listens where it is told`() async throws {
        let source = try await source(["CELERY_PDF_HTTP_HOST": "0.0.0.0", "CELERY_PDF_HTTP_PORT": "9000"])
        let configuration = try await HTTPAPIConfiguration(from: source)
        #expect(configuration.host == "0.0.0.0")
        #expect(configuration.port == 9000)
        let wrong = try await self.source(["CELERY_PDF_HTTP_PORT": "70000"])
        await #expect(throws: SettingsError.self) {
            try await HTTPAPIConfiguration(from: wrong)
        }
    }
}
