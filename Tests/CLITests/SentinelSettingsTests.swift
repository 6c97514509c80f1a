import CeleryRedis
import Redis
import Testing

@testable import CommandSupport

/// What kombu and Celery take from their transport options about sentinels.
@Suite struct SentinelSettingsTests {
    private func settings(_ environment: [String: String], file: String? = nil) async throws -> Settings {
        try await withSettingsFile(file) { path in
            var flags = Flags()
            flags.add(.configFile, path)
            return try await Settings(from: SettingsSource(flags: flags, environment: environment))
        }
    }

    private func sentinels(_ address: ServerAddress) -> RedisClientConfiguration.Sentinels? {
        if case .sentinels(let sentinels) = address.configuration.address { sentinels } else { nil }
    }

    @Test func `broker and result backend have options of their own`() async throws {
        let file = """
            {"broker_url": "sentinel://:pw@h1/1;sentinel://h2", "result_backend": "sentinel://h3:7/2",
             "broker_transport_options": {"master_name": "a", "min_other_sentinels": 1,
                 "sentinel_kwargs": {"password": "s;&", "ssl": true, "socket_timeout": 0.5, "username": null}},
             "result_backend_transport_options": {"master_name": "b", "global_keyprefix": "r:"}}
            """
        let settings = try await settings([:], file: file)
        #expect(settings.broker.description == "a@h1:26379,h2:26379/1")
        #expect(settings.broker.configuration.password == "pw")
        #expect(settings.broker.configuration.tls == nil)
        let broker = sentinels(settings.broker)
        #expect(broker?.password == "s;&")
        #expect(broker?.username == nil)
        #expect(broker?.tls == .init())
        #expect(broker?.timeout == .milliseconds(500))
        #expect(broker?.minimumOthers == 1)
        #expect(settings.results.description == "b@h3:7/2")
        #expect(sentinels(settings.results)?.password == nil)
        #expect(settings.resultKeyPrefix == "r:")
        // For child processes, which get nothing but the URL.
        let again = try ServerAddress(url: settings.broker.url, setting: .brokerURL)
        #expect(again.configuration == settings.broker.configuration)
    }

    @Test func `the environment and the URL say the same, and the setting wins`() async throws {
        let environment = [
            "CELERY_BROKER_URL": "sentinel://h1?master_name=url&sep=:;sentinel://h2?global_keyprefix=app%3A",
            "CELERY_BROKER_TRANSPORT_OPTIONS_SENTINEL_KWARGS": #"{"password": "s"}"#,
        ]
        let settings = try await settings(environment)
        #expect(settings.broker.description == "url@h1:26379,h2:26379/0")
        #expect(sentinels(settings.broker)?.password == "s")
        #expect(settings.transport.separator == ":")
        #expect(settings.transport.globalKeyPrefix == "app:")
        #expect(settings.results == settings.broker)
        let name = ["CELERY_BROKER_TRANSPORT_OPTIONS_MASTER_NAME": "setting"]
        let other = try await self.settings(environment.merging(name) { $1 })
        #expect(other.broker.description == "setting@h1:26379,h2:26379/0")
    }

    @Test func `options of sentinels do not matter to other servers`() async throws {
        let environment = [
            "CELERY_BROKER_URL": "redis://h", "CELERY_BROKER_TRANSPORT_OPTIONS_MASTER_NAME": "mymaster",
        ]
        #expect(try await settings(environment).broker.description == "h:6379/0")
    }

    @Test(arguments: [
        (#"{"broker_url": "sentinel://:s3cret@h"}"#, "master_name"),
        (#"{"broker_url": "sentinel://h?master_name=m", "result_backend": "sentinel://h"}"#, "result_backend"),
        (#"{"broker_transport_options": {"sentinel_kwargs": 3}}"#, "sentinel_kwargs"),
        (#"{"broker_transport_options": {"sentinel_kwargs": {"password": ["s3cret"]}}}"#, "sentinel_kwargs"),
        (
            #"{"broker_url": "sentinel://h", "broker_transport_options": {"master_name": "m", "sentinel_kwargs": {"db": 1}}}"#,
            "sentinel_db"
        ),
        (#"{"broker_transport_options": {"min_other_sentinels": -1}}"#, "min_other_sentinels"),
    ])
    func `what is wrong is named`(file: String, words: String) async {
        let error = await #expect(throws: SettingsError.self) { try await settings([:], file: file) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(words))
        #expect(!"\(error.map { "\($0)" } ?? "")".contains("s3cret"))
    }

    @Test func `children do not get the sentinels' passwords`() {
        let variables = Set(PoolChildEnvironment.withheld.map(\.environmentVariable))
        #expect(variables.contains("CELERY_BROKER_TRANSPORT_OPTIONS_SENTINEL_KWARGS"))
        #expect(variables.contains("CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS_SENTINEL_KWARGS"))
    }
}
