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

    @Test(arguments: [("10,3", 10, 3), ("3,10", 10, 3), ("4", 4, 0)])
    func `autoscale takes the most and the fewest`(text: String, most: Int, fewest: Int) async throws {
        let configuration = try await settings(["CELERY_AUTOSCALE": text]).configuration
        #expect(configuration.autoscale == AutoscaleLimits(max: most, min: fewest))
    }

    @Test(arguments: ["a", "1,2,3", "0", "-1,3"])
    func `autoscale that is none is refused`(text: String) async {
        await #expect(throws: SettingsError.self) { try await settings(["CELERY_AUTOSCALE": text]) }
    }

    @Test func `queues are those declared, or named, but for those excluded`() async throws {
        let declared = #"["a", {"name": "b", "exchange": "x"}, {"broadcast": "news"}]"#
        func queues(_ environment: [String: String]) async throws -> [Queue] {
            let all = environment.merging(["CELERY_TASK_QUEUES": declared]) { _, new in new }
            return try await settings(all).configuration.queues
        }
        let all = try await queues([:])
        #expect(all.map(\.name.rawValue).prefix(2) == ["a", "b"])
        #expect(all.count == 3)
        #expect(try await queues(["CELERY_QUEUES": "b,c"]) == [Queue("b", exchange: Exchange("x")), "c"])
        #expect(try await queues(["CELERY_EXCLUDE_QUEUES": "a,news"]).map(\.name) == ["b"])
        let error = await #expect(throws: SettingsError.self) {
            try await settings(["CELERY_EXCLUDE_QUEUES": "celery"])
        }
        #expect(error?.description.contains("exclude_queues") == true)
    }

    @Test func `a worker has a queue of its own on request`() async throws {
        let environment = ["CELERY_WORKER_DIRECT": "true", "CELERY_HOSTNAME": "w1@h"]
        let queues = try await settings(environment).configuration.queues
        #expect(queues == ["celery", Queue("w1@h.dq2", exchange: Exchange("C.dq2"), routingKey: "w1@h")])
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
            "CELERY_QUEUES": "pdf, celery,", "CELERY_WORKER_CONCURRENCY": "3", "CELERY_WORKER_POOL": "PREFORK",
            "CELERY_HOSTNAME": "w1@here", "CELERY_TASK_TIME_LIMIT": "2.5", "CELERY_TASK_SOFT_TIME_LIMIT": "2",
            "CELERY_WORKER_MAX_TASKS_PER_CHILD": "10", "CELERY_WORKER_MAX_MEMORY_PER_CHILD": "200000",
            "CELERY_MAX_ADDRESS_SPACE_PER_CHILD": "0", "CELERY_WORKER_PREFETCH_MULTIPLIER": "1",
            "CELERY_BROKER_TRANSPORT_OPTIONS_VISIBILITY_TIMEOUT": "60", "CELERY_DRAIN_TIMEOUT": "inf",
            "CELERY_MAX_DELIVERIES": "9", "CELERY_TASK_ACKS_LATE": "false", "CELERY_TASK_TRACK_STARTED": "1",
            "CELERY_PARKING_DISTANCE": "inf", "CELERY_TASK_DEFAULT_RATE_LIMIT": "10/m",
            "CELERY_WORKER_DISABLE_RATE_LIMITS": "1",
        ])
        let configuration = settings.configuration
        #expect(configuration.queues == ["pdf", "celery"])
        #expect(configuration.nodeName == "w1@here")
        #expect(configuration.timeLimit == .milliseconds(2500))
        #expect(configuration.softTimeLimit == .seconds(2))
        #expect(configuration.prefetchMultiplier == 1)
        #expect(configuration.visibilityTimeout == .seconds(60))
        #expect(configuration.drainTimeout == nil)
        #expect(configuration.parkingDistance == nil)
        #expect(configuration.defaultRateLimit?.description == "10/m")
        #expect(configuration.disablesRateLimits)
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
        let file = #"{"worker_concurrency": 7, "queues": ["a", "b"], "worker_pool": "async"}"#
        let settings = try await settings(file: file)
        #expect(settings.configuration.pool.concurrency == 7)
        #expect(settings.configuration.queues == ["a", "b"])
        let commas = try await self.settings(file: #"{"queues": "a, b"}"#)
        #expect(commas.configuration.queues == ["a", "b"])
    }

    @Test(arguments: [
        ("CELERY_WORKER_CONCURRENCY", "0"), ("CELERY_WORKER_CONCURRENCY", "many"), ("CELERY_TASK_TIME_LIMIT", "0"),
        ("CELERY_TASK_TIME_LIMIT", "-1"), ("CELERY_TASK_TIME_LIMIT", "nan"), ("CELERY_QUEUES", ","),
        ("CELERY_WORKER_MAX_TASKS_PER_CHILD", "0"), ("CELERY_MAX_ADDRESS_SPACE_PER_CHILD", "9000000000000000000"),
        ("CELERY_WORKER_PREFETCH_MULTIPLIER", "-1"), ("CELERY_TASK_ACKS_LATE", "perhaps"),
        ("CELERY_BROKER_TRANSPORT_OPTIONS_VISIBILITY_TIMEOUT", "0"), ("CELERY_TASK_DEFAULT_RATE_LIMIT", "10/d"),
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
        #expect(try await settings(["CELERY_WORKER_SEND_TASK_EVENTS": "true"]).remarks.isEmpty)
        #expect(try await settings(["CELERY_WORKER_POOL": "threads"]).remarks.count == 1)
    }

    @Test func `what becomes of tasks that do not end well is set by Celery's names`() async throws {
        let usual = try await settings().configuration
        #expect(usual.acksOnFailure && usual.acksOnTimeout)
        #expect(!usual.rejectsOnWorkerLost && !usual.retriesOnWorkerLost && !usual.inheritsParentPriority)
        let file = #"""
            {"task_acks_on_failure": false, "task_acks_on_timeout": false, "task_reject_on_worker_lost": true,
             "task_retry_on_worker_lost": true, "task_inherit_parent_priority": true, "worker_disable_prefetch": true}
            """#
        let set = try await settings(file: file).configuration
        #expect(!set.acksOnFailure && !set.acksOnTimeout)
        #expect(set.rejectsOnWorkerLost && set.retriesOnWorkerLost && set.inheritsParentPriority)
        #expect(set.prefetchMultiplier == 1)
        // celery/app/task.py: the deprecated setting stands for both, unless they are set.
        let both = #"{"task_acks_on_failure_or_timeout": false, "task_acks_on_timeout": true}"#
        let old = try await settings(file: both).configuration
        #expect(!old.acksOnFailure && old.acksOnTimeout)
    }

    @Test func `inspect conf shows the time zone that was set`() async throws {
        let file = #"{"timezone": "Europe/Berlin", "enable_utc": false}"#
        #expect(
            try await settings(file: file).configuration.control.settings == [
                "timezone": "Europe/Berlin", "enable_utc": false,
            ]
        )
        #expect(try await settings().configuration.control.settings == [:])
    }

    @Test func `settings of Celery that are not used are accepted and told`() async throws {
        let file = #"""
            {"worker_pool_putlocks": false, "imports": ["tasks"], "beat_schedule": {"a.b": {"task": "t"}},
             "broker_transport_options": {"socket_keepalive_options": {"1": 2}, "visibility_timeout": 60}}
            """#
        let settings = try await settings(file: file)
        #expect(settings.configuration.visibilityTimeout == .seconds(60))
        let names = [
            "beat_schedule", "broker_transport_options.socket_keepalive_options", "imports", "worker_pool_putlocks",
        ]
        #expect(settings.remarks.count == names.count)
        for name in names {
            #expect(settings.remarks.contains { $0.hasSuffix(": \(name) is not used by this worker") })
        }
    }

    @Test func `what happens without a broker is set by Celery's names`() async throws {
        #expect(try await settings().configuration.connection == ConnectionRules())
        let connection = try await settings([
            "CELERY_BROKER_CONNECTION_RETRY": "false", "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": "true",
            "CELERY_BROKER_CONNECTION_MAX_RETRIES": "7",
            "CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS": "1",
        ]).configuration.connection
        #expect(!connection.retries)
        #expect(connection.retriesOnStartup == true)
        #expect(connection.maxRetries == 7)
        #expect(connection.cancelsTasksOnLoss)
        let endless = try await settings(file: #"{"broker_connection_max_retries": 0}"#).configuration.connection
        #expect(endless.maxRetries == nil)
    }

    @Test func `a cold stop takes its time if Celery's settings say so`() async throws {
        let usual = try await settings().stopRules
        #expect(usual.softTimeout == .zero && !usual.isSoftOnIdle && usual.drainTimeout == .seconds(25))
        let file = #"{"worker_soft_shutdown_timeout": 40, "worker_enable_soft_shutdown_on_idle": true}"#
        let soft = try await settings(file: file)
        #expect(soft.stopRules.softTimeout == .seconds(40) && soft.stopRules.isSoftOnIdle)
        #expect(soft.configuration.drainTimeout == .seconds(40))
        let drained = try await settings(["CELERY_DRAIN_TIMEOUT": "5"], file: file)
        #expect(drained.configuration.drainTimeout == .seconds(5))
        #expect(drained.stopRules.drainTimeout == .seconds(5))
    }

    @Test func `queues are purged on request only`() async throws {
        #expect(try await !settings().configuration.purgesQueues)
        #expect(try await settings(["CELERY_PURGE": "true"]).configuration.purgesQueues)
    }

    @Test func `what the worker tells of itself is set by Celery's names`() async throws {
        let usual = try await settings([:]).configuration.control
        #expect(usual.isEnabled && usual.gossips && usual.mingles && usual.sendsHeartbeats && !usual.sendsTaskEvents)
        let control = try await settings([
            "CELERY_WORKER_SEND_TASK_EVENTS": "true", "CELERY_WITHOUT_GOSSIP": "1", "CELERY_WITHOUT_MINGLE": "true",
            "CELERY_WITHOUT_HEARTBEAT": "true", "CELERY_HEARTBEAT_INTERVAL": "5", "CELERY_WORKER_REVOKES_MAX": "7",
            "CELERY_WORKER_REVOKE_EXPIRES": "60", "CELERY_WORKER_ENABLE_REMOTE_CONTROL": "false",
        ]).configuration.control
        #expect(!control.isEnabled && !control.gossips && !control.mingles && !control.sendsHeartbeats)
        #expect(control.sendsTaskEvents)
        #expect(control.heartbeatInterval == .seconds(5))
        #expect(control.revokesLimit == 7)
        #expect(control.revokesLifetime == .seconds(60))
    }
}
