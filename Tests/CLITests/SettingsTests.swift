import Celery
import CeleryRedis
import Configuration
import Foundation
import Logging
import Redis
import Testing

@testable import CommandSupport

@Suite struct SettingsTests {
    private func settings(
        flags: Flags = [:],
        environment: [String: String] = [:],
        file: String? = nil
    ) async throws -> Settings {
        try await withSettingsFile(file) { path in
            var flags = flags
            flags.add(.configFile, path)
            return try await Settings(from: SettingsSource(flags: flags, environment: environment))
        }
    }

    private func complaint(_ body: () async throws -> Settings) async -> String {
        do {
            _ = try await body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func `without settings the broker is on this machine`() async throws {
        let settings = try await settings()
        #expect(settings.broker.description == "localhost:6379/0")
        #expect(settings.results == settings.broker)
        #expect(!settings.isBrokerGiven)
        #expect(!settings.areResultsGiven)
        #expect(settings.logging.level == .info)
        #expect(settings.resultSettings == ResultSettings())
    }

    @Test func `a flag wins over the environment and that over the file`() async throws {
        let file = #"""
            {"broker_url": "redis://file", "log_level": "error",
             "broker_transport_options": {"global_keyprefix": "file"}}
            """#
        let environment = ["CELERY_BROKER_URL": "redis://environment", "CELERY_LOG_LEVEL": "WARNING"]
        let flags: Flags = [.brokerURL: .string("redis://flag")]
        let all = try await settings(flags: flags, environment: environment, file: file)
        #expect(all.broker.description == "flag:6379/0")
        #expect(all.logging.level == .warning)
        #expect(all.transport.globalKeyPrefix == "file")
        let withoutFlag = try await settings(environment: environment, file: file)
        #expect(withoutFlag.broker.description == "environment:6379/0")
        let onlyFile = try await settings(file: file)
        #expect(onlyFile.broker.description == "file:6379/0")
        #expect(onlyFile.logging.level == .error)
    }

    @Test func `the environment can name the file`() async throws {
        try await withSettingsFile(#"{"broker_url": "redis://file/3"}"#) { path in
            let environment = ["CELERY_PDF_CONFIG": path ?? ""]
            let settings = try await Settings(from: SettingsSource(environment: environment))
            #expect(settings.broker.description == "file:6379/3")
            #expect(settings.isBrokerGiven)
        }
    }

    @Test func `an empty variable is as good as none`() async throws {
        let settings = try await settings(environment: ["CELERY_BROKER_URL": "", "REDIS_HOST": ""])
        #expect(settings.broker.description == "localhost:6379/0")
        #expect(!settings.isBrokerGiven)
    }

    @Test func `the parts of a server make a URL`() async throws {
        let environment = [
            "REDIS_HOST": "::1", "REDIS_PORT": "7000", "REDIS_DB": "2", "REDIS_PASSWORD": "p@ss:w/rd %é",
        ]
        let settings = try await settings(environment: environment)
        #expect(settings.broker.description == "[::1]:7000/2")
        #expect(settings.broker.configuration.password == "p@ss:w/rd %é")
        #expect(settings.isBrokerGiven)
    }

    @Test func `a URL wins over the parts of a server`() async throws {
        let settings = try await settings(environment: ["REDIS_HOST": "parts", "CELERY_BROKER_URL": "redis://whole"])
        #expect(settings.broker.description == "whole:6379/0")
    }

    @Test func `results have a server and a prefix of their own when they are given`() async throws {
        let environment = [
            "CELERY_RESULT_BACKEND": "redis://other/1",
            "CELERY_BROKER_TRANSPORT_OPTIONS_GLOBAL_KEYPREFIX": "a:",
            "CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS_GLOBAL_KEYPREFIX": "b:",
        ]
        let settings = try await settings(environment: environment)
        #expect(settings.results.description == "other:6379/1")
        #expect(settings.areResultsGiven)
        #expect(settings.transport.globalKeyPrefix == "a:")
        #expect(settings.resultKeyPrefix == "b:")
        let shared = try await self.settings(flags: [.brokerKeyPrefix: .string("a:")])
        #expect(shared.resultKeyPrefix == "a:")
    }

    @Test(arguments: [
        "redis://:s3cret@localhost:99999/0", "amqp://guest:s3cret@localhost//", "redis://:s3cret@localhost/zero",
    ])
    func `a wrong URL is named without its password`(url: String) async {
        let complaint = await complaint { try await settings(environment: ["CELERY_BROKER_URL": url]) }
        #expect(complaint.contains("CELERY_BROKER_URL"))
        #expect(!complaint.contains("s3cret"))
    }

    @Test(arguments: [
        ("REDIS_PORT", "many"), ("REDIS_DB", "-1"), ("CELERY_LOG_LEVEL", "loud"), ("CELERY_LOG_FORMAT", "xml"),
        ("CELERY_RESULT_EXPIRES", "soon"), ("CELERY_RESULT_EXPIRES", "-1"),
    ])
    func `a value of the wrong kind is named`(variable: String, value: String) async {
        let complaint = await complaint { try await settings(environment: [variable: value]) }
        #expect(complaint.contains(variable))
    }

    @Test func `a misspelt setting in the file is refused with a hint`() async {
        let complaint = await complaint { try await settings(file: #"{"redis": {"hots": "h"}}"#) }
        #expect(complaint.contains("\"redis.hots\""))
        #expect(complaint.contains("Did you mean \"redis.host\"?"))
    }

    @Test(
        arguments: [
            ("CELERYD_CONCURRENCY", "worker_concurrency"), ("BROKER_URL", "broker_url"),
            ("CELERY_RESULT_BACKEND", "result_backend"), ("time_limit", "task_time_limit"),
            ("worker_concurency", "worker_concurrency"),
        ]
    )
    func `an old name or half of one is refused with the name that counts`(name: String, meant: String) async {
        let complaint = await complaint { try await settings(file: #"{"\#(name)": 1}"#) }
        #expect(complaint.contains("Did you mean \"\(meant)\"?"))
    }

    @Test(
        arguments: [
            (#"{"broker_use_ssl": {"ssl_cert_reqs": "required"}}"#, "broker_use_ssl", "rediss://"),
            (#"{"redis_host": "h"}"#, "redis_host", "result_backend"),
            (#"{"task_annotations": {"a": {"rate_limit": "1/s"}}}"#, "task_annotations", "registered"),
        ]
    )
    func `a setting whose absence would go unnoticed is refused`(file: String, name: String, hint: String) async {
        let complaint = await complaint { try await settings(file: file) }
        #expect(complaint.contains("\(name) is not used by this worker: "))
        #expect(complaint.contains(hint))
    }

    // celery/backends/base.py, prepare_expires: None is never, as 0 is.
    @Test(arguments: [("null", 0), ("0", 0), ("90", 90)])
    func `results never expire if the file says null`(value: String, seconds: Int) async throws {
        let settings = try await settings(file: #"{"result_expires": \#(value), "result_failure_expires": null}"#)
        #expect(settings.resultSettings.expires == .seconds(seconds))
        #expect(settings.resultSettings.failureExpires == nil)
    }

    @Test(arguments: ["[1]", "{", #"{"broker_url": 5}"#, #"{"broker_url": ["redis://h"]}"#])
    func `a file that is not right is refused`(content: String) async {
        #expect(await complaint { try await settings(file: content) } != "")
    }

    @Test func `a file that is not there is refused`() async {
        let complaint = await complaint { try await settings(flags: [.configFile: .string("/nowhere.json")]) }
        #expect(complaint.contains("/nowhere.json"))
    }

    @Test func `levels have Celery's names in any case`() async throws {
        for (name, level) in [("DEBUG", "debug"), ("Warn", "warning"), ("FATAL", "critical"), ("info", "info")] {
            let settings = try await settings(flags: [.logLevel: .string(name)])
            #expect(settings.logging.level.rawValue == level)
        }
    }
}

/// Lends a file with the content, or no path without content.
func withSettingsFile<R>(_ content: String?, _ body: (String?) async throws -> R) async throws -> R {
    guard let content else { return try await body(nil) }
    let file = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID().uuidString).json")
    try Data(content.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try await body(file.path(percentEncoded: false))
}
