import ArgumentParser
import Celery
import Foundation
import Testing

@testable import CommandSupport

@Suite struct ContentSettingsTests {
    private func settings(_ environment: [String: String]) async throws -> ContentSettings {
        try await ContentSettings(from: SettingsSource(environment: environment))
    }

    @Test func `JSON alone is read and written by default`() async throws {
        #expect(try await settings([:]) == ContentSettings())
        #expect(try await settings([:]).accepted == [.json])
    }

    @Test func `times are written in the zone that Celery's settings name`() async throws {
        func zone(_ environment: [String: String]) async throws -> TimeZone? {
            let source = try await SettingsSource(environment: environment)
            let zone = try await ContentSettings(from: source).timeZone
            #expect(try await ResultSettings(from: source).timeZone == zone)
            return zone
        }
        #expect(try await zone([:]) == nil)
        #expect(try await zone(["CELERY_ENABLE_UTC": "false"]) == .current)
        #expect(try await zone(["CELERY_TIMEZONE": "Asia/Tokyo"])?.secondsFromGMT() == 32_400)
        let both = ["CELERY_TIMEZONE": "Asia/Tokyo", "CELERY_ENABLE_UTC": "false"]
        #expect(try await zone(both)?.secondsFromGMT() == 32_400)
        await #expect { try await zone(["CELERY_TIMEZONE": "Nowhere/Else"]) } throws: { "\($0)".contains("timezone") }
    }

    @Test func `serializers and compressions have kombu's names`() async throws {
        let settings = try await settings([
            "CELERY_ACCEPT_CONTENT": "msgpack, application/json", "CELERY_TASK_SERIALIZER": "msgpack",
            "CELERY_TASK_COMPRESSION": "zstandard",
        ])
        #expect(settings.accepted == [.json, .msgpack])
        #expect(settings.serializer == .msgpack)
        #expect(settings.compression == .zstd)
    }

    @Test(arguments: [
        ("CELERY_ACCEPT_CONTENT", "json,pickle", "must not name pickle"),
        ("CELERY_ACCEPT_CONTENT", "application/x-python-serialize", "must not name pickle"),
        ("CELERY_ACCEPT_CONTENT", "jsn", "one of json, yaml, msgpack, auth, not jsn"),
        ("CELERY_TASK_SERIALIZER", "pickle", "must not name pickle"),
        ("CELERY_TASK_COMPRESSION", "rar", "one of zlib, zstd, bzip2, lzma, brotli, not rar"),
    ])
    func `what is not known is refused`(variable: String, value: String, words: String) async {
        await #expect { try await settings([variable: value]) } throws: { "\($0)".contains(words) }
    }

    @Test func `what is not built in is refused`() async {
        for compression in Compression.allCases where !compression.isAvailable {
            await #expect {
                try await settings(["CELERY_TASK_COMPRESSION": compression.rawValue])
            } throws: {
                "\($0)".contains("was built without \(compression.rawValue)")
            }
        }
    }

    @Test(arguments: ["CELERY_ACCEPT_CONTENT", "CELERY_TASK_SERIALIZER", "CELERY_RESULT_SERIALIZER"])
    func `signing takes keys, which the error names`(variable: String) async {
        guard Serializer.auth.isAvailable else { return }
        var environment = [variable: "auth"]
        for (key, value) in [
            ("SECURITY_KEY", "absent.key"), ("SECURITY_CERTIFICATE", "absent.pem"), ("SECURITY_CERT_STORE", "absent"),
        ] {
            let error = await #expect(throws: SettingsError.self) { try await everything(environment) }
            #expect(error?.description.contains("\(key.lowercased()) must be set") == true)
            environment["CELERY_\(key)"] = value
        }
        environment["CELERY_SECURITY_KEY_PASSWORD"] = "s3cret"
        let error = await #expect(throws: SettingsError.self) { try await everything(environment) }
        #expect(error?.description == "security: the file absent.key cannot be read")
        environment["CELERY_SECURITY_DIGEST"] = "crc32"
        let digest = await #expect(throws: SettingsError.self) { try await everything(environment) }
        #expect(digest?.description.contains("one of sha1, sha224, sha256, sha384, sha512, not crc32") == true)
    }

    private func everything(_ environment: [String: String]) async throws {
        _ = try await Settings(from: SettingsSource(environment: environment))
    }

    @Test func `children do not get the key's password`() {
        #expect(PoolChildEnvironment.withheld.contains(.securityKeyPassword))
    }

    @Test func `flags are given in the same words`() async throws {
        let options = try ContentOptions.parse([
            "--accept-content", "json,msgpack", "--task-serializer", "msgpack", "--task-compression", "gzip",
        ])
        let settings = try await ContentSettings(from: SettingsSource(flags: options.flags))
        #expect(settings == ContentSettings(accepted: [.json, .msgpack], serializer: .msgpack, compression: .zlib))
    }
}
