/// The name of a setting, as it stands in a settings file; a dot separates levels.
///
/// The environment variable of `broker_url` is `CELERY_BROKER_URL`, that of `pdf.roots` is `CELERY_PDF_ROOTS`. Only
/// those below `redis` go without `CELERY_`: `REDIS_HOST`.
package struct SettingKey: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The whole name.
    package let name: String

    /// Makes a key.
    package init(stringLiteral name: String) {
        self.name = name
    }

    /// The levels of the name.
    var components: [String] { name.split(separator: ".").map(String.init) }

    /// The levels of the environment variable's name.
    static func environmentComponents(_ components: [String]) -> [String] {
        components.first == "redis" ? components : ["celery"] + components
    }

    /// The environment variable.
    package var environmentVariable: String {
        Self.environmentComponents(components).joined(separator: "_").uppercased()
    }
}

extension SettingKey {
    package static let configFile: SettingKey = "pdf.config"
    package static let brokerURL: SettingKey = "broker_url"
    package static let resultBackend: SettingKey = "result_backend"
    package static let redisHost: SettingKey = "redis.host"
    package static let redisPort: SettingKey = "redis.port"
    package static let redisDatabase: SettingKey = "redis.db"
    package static let redisPassword: SettingKey = "redis.password"
    package static let logLevel: SettingKey = "log_level"
    package static let logFormat: SettingKey = "log_format"

    package static let hostname: SettingKey = "hostname"
    package static let queues: SettingKey = "queues"
    package static let concurrency: SettingKey = "worker_concurrency"
    package static let pool: SettingKey = "worker_pool"
    package static let taskEvents: SettingKey = "worker_send_task_events"
    package static let sentEvents: SettingKey = "task_send_sent_event"
    package static let withoutHeartbeat: SettingKey = "without_heartbeat"
    package static let heartbeatInterval: SettingKey = "heartbeat_interval"
    package static let withoutGossip: SettingKey = "without_gossip"
    package static let withoutMingle: SettingKey = "without_mingle"
    package static let enableRemoteControl: SettingKey = "worker_enable_remote_control"
    package static let revokesLimit: SettingKey = "worker_revokes_max"
    package static let revokesLifetime: SettingKey = "worker_revoke_expires"
    package static let timeLimit: SettingKey = "task_time_limit"
    package static let softTimeLimit: SettingKey = "task_soft_time_limit"
    package static let maxTasksPerChild: SettingKey = "worker_max_tasks_per_child"
    package static let maxMemoryPerChild: SettingKey = "worker_max_memory_per_child"
    package static let maxAddressSpacePerChild: SettingKey = "max_address_space_per_child"
    package static let prefetchMultiplier: SettingKey = "worker_prefetch_multiplier"
    package static let disablePrefetch: SettingKey = "worker_disable_prefetch"
    package static let drainTimeout: SettingKey = "drain_timeout"
    package static let maxDeliveries: SettingKey = "max_deliveries"
    package static let excludeQueues: SettingKey = "exclude_queues"
    package static let workerDirect: SettingKey = "worker_direct"
    package static let autoscale: SettingKey = "autoscale"
    package static let autoscaleKeepalive: SettingKey = "autoscale_keepalive"
    package static let poolRestarts: SettingKey = "worker_pool_restarts"

    /// The settings that every program here knows.
    package static let common: [SettingKey] =
        [
            .brokerURL, .resultBackend, .redisHost, .redisPort, .redisDatabase, .redisPassword, .logLevel,
            .logFormat, .hostname, .queues, .concurrency, .pool,
            .taskEvents, .sentEvents, .withoutHeartbeat, .heartbeatInterval, .withoutGossip, .withoutMingle,
            .enableRemoteControl, .revokesLimit, .revokesLifetime, .timeLimit, .softTimeLimit, .maxTasksPerChild,
            .maxMemoryPerChild, .maxAddressSpacePerChild, .prefetchMultiplier, .disablePrefetch, .drainTimeout,
            .maxDeliveries,
            .excludeQueues, .workerDirect, .autoscale, .autoscaleKeepalive, .poolRestarts,
        ] + routing + content + security + time + acknowledging + keeping + life + sentinel
}
