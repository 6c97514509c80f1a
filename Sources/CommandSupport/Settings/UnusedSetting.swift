/// A setting of Celery or kombu that this worker does not have (celery/app/defaults.py, kombu/transport/redis.py).
enum UnusedSetting: Equatable {
    /// Accepted without effect: it is about something that is not here, or that is so anyway.
    case accepted(String)
    /// Refused, for without it something would be other than the user believes; with what to do instead.
    case refused(String, reason: String)

    /// - Parameter name: The name in a settings file, with a dot before what is inside of an object.
    init?(_ name: String) {
        let outer = String(name.prefix { $0 != "." })
        if let reason = Self.refusals[outer] {
            self = .refused(outer, reason: reason)
        } else if Self.names.contains(outer) || Self.namespaces.contains(where: { outer.hasPrefix($0) }) {
            self = .accepted(outer)
        } else if let option = Self.transportOptions.first(where: { name == $0 || name.hasPrefix("\($0).") }) {
            self = .accepted(option)
        } else {
            return nil
        }
    }

    private static let broker = "say it in broker_url"
    private static let backend = "say it in result_backend"

    private static let refusals = [
        "broker_use_ssl": "begin broker_url with rediss://", "broker_read_url": broker, "broker_write_url": broker,
        "broker_transport": broker, "broker_host": broker, "broker_port": broker, "broker_user": broker,
        "broker_password": broker, "broker_vhost": broker,
        "redis_backend_use_ssl": "begin result_backend with rediss://", "redis_host": backend, "redis_port": backend,
        "redis_db": backend, "redis_username": backend, "redis_password": backend,
        "task_annotations": "give tasks their options where they are registered",
    ]

    /// What other programs and other result backends are set by.
    private static let namespaces = [
        "arangodb_", "azureblockblob_", "beat_", "cache_", "cassandra_", "control_", "cosmosdbsql_", "couchbase_",
        "database_", "elasticsearch_", "event_", "gcs_", "mongodb_", "redis_", "s3_",
    ]

    private static let names: Set<String> = [
        "broker_channel_error_retry", "broker_failover_strategy", "broker_heartbeat", "broker_heartbeat_checkrate",
        "broker_login_method", "broker_native_delayed_delivery_queue_type", "broker_pool_acquire_timeout",
        "broker_pool_limit", "imports", "include", "result_cache_max", "result_chord_join_timeout",
        "result_chord_retry_interval", "result_exchange", "result_exchange_type", "result_persistent",
        "task_allow_error_cb_on_chord_header", "task_always_eager", "task_create_missing_queue_type",
        "task_default_delivery_mode", "task_default_queue_type", "task_eager_propagates", "task_protocol",
        "task_publish_retry", "task_publish_retry_policy", "task_remote_tracebacks", "task_repr_maxlevels",
        "task_send_sent_event", "task_store_eager_result", "worker_agent", "worker_autoscaler",
        "worker_consumer", "worker_detect_quorum_queues", "worker_enable_prefetch_count_reduction",
        "worker_eta_task_limit", "worker_hijack_root_logger", "worker_log_color", "worker_log_datefmt",
        "worker_log_format", "worker_lost_wait", "worker_pool_putlocks", "worker_pool_start_method",
        "worker_proc_alive_timeout", "worker_redirect_stdouts", "worker_redirect_stdouts_level", "worker_state_db",
        "worker_task_log_datefmt", "worker_task_log_format", "worker_timer", "worker_timer_precision",
    ]

    private static let transportOptions = [
        "ack_emulation", "client_name", "health_check_interval", "max_connections", "polling_interval",
        "retry_on_timeout", "socket_connect_timeout", "socket_keepalive", "socket_keepalive_options", "socket_timeout",
        "unacked_mutex_expire", "unacked_restore_limit",
    ]
    .flatMap { ["broker_transport_options.\($0)", "result_backend_transport_options.\($0)"] }
}
