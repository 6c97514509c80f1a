/// How a worker is set, under Celery's names (celery/app/defaults.py), with the values that count here.
struct SettingsTable {
    var worker = WorkerConfiguration()
    var results = ResultSettings()
    /// What the broker's transport is told beside that.
    var brokerOptions: JSONObject = [:]
    /// What the result backend's transport is told beside that.
    var backendOptions: JSONObject = [:]

    /// The settings that are other than those of a worker that nothing was said to.
    var changed: JSONObject {
        let usual = SettingsTable().all
        return JSONObject(pairs: all.filter { usual[$0.key] != $0.value }.map { ($0.key, $0.value) })
    }

    /// All settings.
    var all: JSONObject {
        var all = Self.withoutEffect
        for (name, value) in [broker, backend, tasks, routing, process].joined() { all[name] = value }
        return all
    }

    /// What clients look for, with Celery's defaults; here it is so or does not matter.
    private static let withoutEffect: JSONObject = [
        "broker_heartbeat": 120, "enable_utc": true, "event_serializer": "json", "timezone": nil,
        "worker_hijack_root_logger": true, "worker_log_color": nil,
    ]

    private var broker: JSONObject {
        let rules = worker.connection
        return [
            "accept_content": Self.names(worker.content.accepted),
            "broker_connection_max_retries": rules.maxRetries.map { .integer($0) } ?? .null,
            "broker_connection_retry": .bool(rules.retries),
            "broker_connection_retry_on_startup": rules.retriesOnStartup.map { .bool($0) } ?? .null,
            "broker_transport_options": .object(transportOptions),
        ]
    }

    private var transportOptions: JSONObject {
        let usual = WorkerConfiguration()
        var options = brokerOptions
        if worker.visibilityTimeout != usual.visibilityTimeout {
            options["visibility_timeout"] = worker.visibilityTimeout.jsonSeconds
        }
        if worker.queueOrder != usual.queueOrder {
            options["queue_order_strategy"] = .string(worker.queueOrder.rawValue)
        }
        return options
    }

    private var backend: JSONObject {
        let retries = results.retries
        return [
            "result_accept_content": results.accepted.map(Self.names) ?? .null,
            "result_backend_always_retry": .bool(retries.always),
            "result_backend_base_sleep_between_retries_ms": .integer(retries.basePause.milliseconds),
            "result_backend_max_retries": retries.most.map { .integer($0) } ?? .null,
            "result_backend_max_sleep_between_retries_ms": .integer(retries.maximumPause.milliseconds),
            "result_backend_transport_options": .object(resultTransportOptions),
            "result_chord_expires": Self.seconds(results.chordExpires),
            "result_compression": results.compression.map { .string($0.rawValue) } ?? .null,
            "result_expires": results.expires.jsonSeconds,
            "result_extended": .bool(results.isExtended),
            "result_failure_expires": Self.seconds(results.failureExpires),
            "result_serializer": .string(results.serializer.rawValue),
        ]
    }

    private var resultTransportOptions: JSONObject {
        let (retries, usual) = (results.retries, ResultRetries())
        var policy: JSONObject = [:]
        if retries.writes != usual.writes { policy["max_retries"] = retries.writes.map { .integer($0) } ?? .null }
        if retries.start != usual.start { policy["interval_start"] = retries.start.jsonSeconds }
        if retries.step != usual.step { policy["interval_step"] = retries.step.jsonSeconds }
        if retries.maximum != usual.maximum { policy["interval_max"] = retries.maximum.jsonSeconds }
        var options = backendOptions
        if !results.keepsChordOrder { options["result_chord_ordered"] = false }
        if !policy.isEmpty { options["retry_policy"] = .object(policy) }
        return options
    }

    private var tasks: JSONObject {
        [
            // celery/app/defaults.py: null where there is no word against the usual.
            "task_acks_on_failure": worker.acksOnFailure ? .null : false,
            "task_acks_on_timeout": worker.acksOnTimeout ? .null : false,
            "task_acks_late": .bool(worker.acknowledgement == .late),
            "task_compression": worker.content.compression.map { .string($0.rawValue) } ?? .null,
            "task_default_rate_limit": worker.defaultRateLimit.map { .string($0.description) } ?? .null,
            "task_ignore_result": .bool(worker.ignoresResults),
            "task_inherit_parent_priority": .bool(worker.inheritsParentPriority),
            "task_reject_on_worker_lost": worker.rejectsOnWorkerLost ? true : .null,
            "task_retry_on_worker_lost": .bool(worker.retriesOnWorkerLost),
            "task_send_sent_event": .bool(worker.control.sendsSentEvents),
            "task_serializer": .string(worker.content.serializer.rawValue),
            "task_soft_time_limit": Self.seconds(worker.softTimeLimit),
            "task_store_errors_even_if_ignored": .bool(worker.storesErrorsEvenIfIgnored),
            "task_time_limit": Self.seconds(worker.timeLimit),
            "task_track_started": .bool(worker.trackStarted),
        ]
    }

    private var routing: JSONObject {
        let (router, queue) = (worker.router, worker.router.defaultQueue)
        let name = queue.name.rawValue
        return [
            "task_create_missing_queue_exchange_type":
                router.missingExchangeType == .direct ? .null : .string(router.missingExchangeType.rawValue),
            "task_create_missing_queues": .bool(router.createsMissingQueues),
            // celery/app/defaults.py: what is not said is taken from the queue.
            "task_default_exchange": queue.exchange.name == name ? .null : .string(queue.exchange.name),
            "task_default_exchange_type": .string(queue.exchange.type.rawValue),
            "task_default_priority": router.defaultPriority.map { .integer($0) } ?? .null,
            "task_default_queue": .string(name),
            "task_default_routing_key": queue.routingKey == name ? .null : .string(queue.routingKey),
            "task_queue_max_priority": queue.maxPriority.map { .integer($0) } ?? .null,
        ]
    }

    private var process: JSONObject {
        let (pool, children): (String, ProcessPoolConfiguration?) =
            switch worker.pool {
            case .processes(_, let children): ("prefork", children)
            case .async: ("async", nil)
            case .solo: ("solo", nil)
            }
        let own = Queue.workerDirect(worker.nodeName).name
        return [
            "worker_cancel_long_running_tasks_on_connection_loss": .bool(worker.connection.cancelsTasksOnLoss),
            "worker_concurrency": .integer(worker.pool.concurrency),
            "worker_deduplicate_successful_tasks": .bool(worker.deduplicatesSuccessfulTasks),
            "worker_direct": .bool(worker.queues.contains { $0.name == own }),
            "worker_disable_rate_limits": .bool(worker.disablesRateLimits),
            "worker_enable_remote_control": .bool(worker.control.isEnabled),
            "worker_max_memory_per_child": children?.maxMemoryPerChild.map { .integer($0) } ?? .null,
            "worker_max_tasks_per_child": children?.maxTasksPerChild.map { .integer($0) } ?? .null,
            "worker_pool": .string(pool),
            "worker_pool_restarts": .bool(worker.allowsPoolRestarts),
            "worker_prefetch_multiplier": .integer(worker.prefetchMultiplier),
            "worker_send_task_events": .bool(worker.control.sendsTaskEvents),
        ]
    }

    private static func names(_ serializers: Set<Serializer>) -> JSONValue {
        .array(serializers.map(\.rawValue).sorted().map { .string($0) })
    }

    private static func seconds(_ duration: Duration?) -> JSONValue { duration?.jsonSeconds ?? .null }
}

extension SettingsTable {
    // celery/app/utils.py, HIDDEN_SETTINGS
    private static let hidden = [
        "API", "TOKEN", "KEY", "SECRET", "PASS", "PROFANITIES_LIST", "SIGNATURE", "DATABASE", "BEAT_DBURI",
    ]

    /// Settings with asterisks for all whose names sound as if nobody should see them.
    static func censored(_ settings: JSONObject) -> JSONObject {
        JSONObject(
            pairs: settings.map { name, value in
                if case .object(let members) = value { return (name, .object(censored(members))) }
                let capitals = name.uppercased()
                return (name, hidden.contains { capitals.contains($0) } ? "********" : value)
            }
        )
    }
}

extension Duration {
    fileprivate var milliseconds: Int { Int(self / .milliseconds(1)) }
}
