import Celery
import Configuration
import Testing

@testable import CommandSupport

@Suite struct WorkerSettingsTests {
    private func settings(_ environment: [String: String] = [:], file: String? = nil) async throws -> WorkerSettings {
        try await withSettingsFile(file) { path in
            var flags = Flags()
            flags.add(.configFile, path)
            let source = try await SettingsSource(flags: flags, environment: environment)
            return try await WorkerSettings(from: source, children: ProcessPoolConfiguration(arguments: ["child"]))
        }
    }

    @Test func `without settings it is a prefork worker of one queue with bounded children`() async throws {
        let settings = try await settings()
        #expect(settings.configuration.queues == ["celery"])
        #expect(settings.remarks.isEmpty)
        guard case .processes(let concurrency, let children) = settings.configuration.pool else {
            Issue.record("the pool is not prefork")
            return
        }
        #expect(concurrency == ProcessorBudget().count)
        #expect(children.arguments == ["child"])
        #expect(children.addressSpaceLimit == 4 << 30)
        #expect(children.maxTasksPerChild == nil)
        #expect(settings.configuration.acknowledgement == .late)
        #expect(settings.configuration.drainTimeout == .seconds(25))
    }

    @Test func `everything can be set`() async throws {
        let settings = try await settings([
            "CELERY_QUEUES": "pdf, celery,", "CELERY_CONCURRENCY": "3", "CELERY_POOL": "PREFORK",
            "CELERY_HOSTNAME": "w1@here", "CELERY_TIME_LIMIT": "2.5", "CELERY_SOFT_TIME_LIMIT": "2",
            "CELERY_MAX_TASKS_PER_CHILD": "10", "CELERY_MAX_MEMORY_PER_CHILD": "200000",
            "CELERY_MAX_ADDRESS_SPACE_PER_CHILD": "0", "CELERY_PREFETCH_MULTIPLIER": "1",
            "CELERY_VISIBILITY_TIMEOUT": "60", "CELERY_DRAIN_TIMEOUT": "inf", "CELERY_MAX_DELIVERIES": "9",
            "CELERY_ACKS_EARLY": "true", "CELERY_TRACK_STARTED": "1",
        ])
        let configuration = settings.configuration
        #expect(configuration.queues == ["pdf", "celery"])
        #expect(configuration.nodeName == "w1@here")
        #expect(configuration.timeLimit == .milliseconds(2500))
        #expect(configuration.softTimeLimit == .seconds(2))
        #expect(configuration.prefetchMultiplier == 1)
        #expect(configuration.visibilityTimeout == .seconds(60))
        #expect(configuration.drainTimeout == nil)
        #expect(configuration.maxDeliveries == 9)
        #expect(configuration.acknowledgement == .early)
        #expect(configuration.trackStarted)
        guard case .processes(3, let children) = configuration.pool else {
            Issue.record("the pool is not prefork with 3 processes")
            return
        }
        #expect(children.maxTasksPerChild == 10)
        #expect(children.maxMemoryPerChild == 200_000)
        #expect(children.addressSpaceLimit == nil)
    }

    @Test func `a file may hold a number where a flag takes a word`() async throws {
        let settings = try await settings(file: #"{"concurrency": 7, "queues": ["a", "b"], "pool": "async"}"#)
        #expect(settings.configuration.pool.concurrency == 7)
        #expect(settings.configuration.queues == ["a", "b"])
        let commas = try await self.settings(file: #"{"queues": "a, b"}"#)
        #expect(commas.configuration.queues == ["a", "b"])
    }

    @Test(arguments: [
        ("CELERY_CONCURRENCY", "0"), ("CELERY_CONCURRENCY", "many"), ("CELERY_TIME_LIMIT", "0"),
        ("CELERY_TIME_LIMIT", "-1"), ("CELERY_TIME_LIMIT", "nan"), ("CELERY_MAX_TASKS_PER_CHILD", "0"),
        ("CELERY_MAX_ADDRESS_SPACE_PER_CHILD", "9000000000000000000"), ("CELERY_QUEUES", ","),
        ("CELERY_PREFETCH_MULTIPLIER", "0"), ("CELERY_ACKS_EARLY", "perhaps"), ("CELERY_VISIBILITY_TIMEOUT", "0"),
    ])
    func `a value out of range is named`(variable: String, value: String) async {
        await #expect { try await settings([variable: value]) } throws: { "\($0)".contains(variable) }
    }

    @Test func `Celery's names of pools are understood or refused with a hint`() throws {
        #expect(try PoolName("processes").kind == .prefork)
        #expect(try PoolName("Threads").kind == .async)
        #expect(try PoolName("threads").remark?.contains("async") == true)
        #expect(try PoolName("solo").remark == nil)
        #expect { try PoolName("gevent") } throws: { "\($0)".contains("-P async") }
        #expect { try PoolName("forked") } throws: { "\($0)".contains("prefork, async or solo") }
    }

    @Test func `what is accepted without effect is told`() async throws {
        #expect(try await settings(["CELERY_TASK_EVENTS": "true"]).remarks.count == 1)
        #expect(try await settings(["CELERY_POOL": "threads"]).remarks.count == 1)
    }
}
