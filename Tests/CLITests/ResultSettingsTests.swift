import ArgumentParser
import Celery
import Testing

@testable import CommandSupport

@Suite struct ResultSettingsTests {
    private func settings(_ environment: [String: String]) async throws -> ResultSettings {
        try await ResultSettings(from: SettingsSource(environment: environment))
    }

    @Test func `everything can be set`() async throws {
        let settings = try await settings([
            "CELERY_RESULT_EXPIRES": "60", "CELERY_RESULT_FAILURE_EXPIRES": "0", "CELERY_RESULT_CHORD_EXPIRES": "90",
            "CELERY_RESULT_EXTENDED": "true", "CELERY_RESULT_COMPRESSION": "gzip",
            "CELERY_RESULT_SERIALIZER": "msgpack", "CELERY_RESULT_ACCEPT_CONTENT": "json,msgpack",
            "CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS_RESULT_CHORD_ORDERED": "false",
            "CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS_RETRY_POLICY_MAX_RETRIES": "3",
            "CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS_RETRY_POLICY_INTERVAL_START": "0.5",
            "CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS_RETRY_POLICY_INTERVAL_STEP": "0.1",
            "CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS_RETRY_POLICY_INTERVAL_MAX": "2",
            "CELERY_RESULT_BACKEND_ALWAYS_RETRY": "true", "CELERY_RESULT_BACKEND_MAX_RETRIES": "7",
            "CELERY_RESULT_BACKEND_BASE_SLEEP_BETWEEN_RETRIES_MS": "20",
            "CELERY_RESULT_BACKEND_MAX_SLEEP_BETWEEN_RETRIES_MS": "500",
        ])
        let expected = ResultSettings(
            expires: .seconds(60),
            failureExpires: .zero,
            chordExpires: .seconds(90),
            isExtended: true,
            compression: .zlib,
            serializer: .msgpack,
            accepted: [.json, .msgpack],
            keepsChordOrder: false,
            retries: ResultRetries(
                writes: 3,
                start: .milliseconds(500),
                step: .milliseconds(100),
                maximum: .seconds(2),
                always: true,
                most: 7,
                basePause: .milliseconds(20),
                maximumPause: .milliseconds(500)
            )
        )
        #expect(settings == expected)
    }

    @Test func `without settings they are Celery's`() async throws {
        #expect(try await settings([:]) == ResultSettings())
    }

    @Test(arguments: [
        ("CELERY_RESULT_EXPIRES", "-1"), ("CELERY_RESULT_SERIALIZER", "pickle"), ("CELERY_RESULT_COMPRESSION", "rar"),
        ("CELERY_RESULT_ACCEPT_CONTENT", "msgpack"), ("CELERY_RESULT_BACKEND_MAX_RETRIES", "many"),
    ])
    func `what cannot be is refused`(variable: String, value: String) async {
        let name = variable.dropFirst("CELERY_".count).lowercased()
        await #expect { try await settings([variable: value]) } throws: { "\($0)".contains(name) }
    }

    @Test func `flags, and what is the worker's to decide`() async throws {
        let options = try WorkerOptions.parse([
            "--result-expires", "5", "--result-extended", "--result-compression", "zstd", "--result-serializer",
            "msgpack",
        ])
        let variables = [
            "CELERY_TASK_IGNORE_RESULT": "true", "CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED": "true",
            "CELERY_WORKER_DEDUPLICATE_SUCCESSFUL_TASKS": "true",
        ]
        let source = try await SettingsSource(flags: options.flags, environment: variables)
        let expected = ResultSettings(
            expires: .seconds(5),
            isExtended: true,
            compression: .zstd,
            serializer: .msgpack
        )
        #expect(try await ResultSettings(from: source) == expected)
        let settings = try await WorkerSettings(
            from: source,
            children: ProcessPoolConfiguration(arguments: ["child"])
        )
        #expect(settings.configuration.ignoresResults)
        #expect(settings.configuration.storesErrorsEvenIfIgnored)
        #expect(settings.configuration.deduplicatesSuccessfulTasks)
    }
}
