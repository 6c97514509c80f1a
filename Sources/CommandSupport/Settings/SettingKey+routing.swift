extension SettingKey {
    // kombu's names for how messages are kept (kombu/transport/redis.py).
    package static let brokerKeyPrefix: SettingKey = "broker_transport_options.global_keyprefix"
    package static let prioritySteps: SettingKey = "broker_transport_options.priority_steps"
    package static let separator: SettingKey = "broker_transport_options.sep"
    package static let queueOrder: SettingKey = "broker_transport_options.queue_order_strategy"
    package static let brokerVisibilityTimeout: SettingKey = "broker_transport_options.visibility_timeout"
    package static let deadLetterQueue: SettingKey = "broker_transport_options.deadletter_queue"
    package static let unackedKey: SettingKey = "broker_transport_options.unacked_key"
    package static let unackedIndexKey: SettingKey = "broker_transport_options.unacked_index_key"
    package static let unackedMutexKey: SettingKey = "broker_transport_options.unacked_mutex_key"
    package static let fanoutPrefix: SettingKey = "broker_transport_options.fanout_prefix"
    package static let fanoutPatterns: SettingKey = "broker_transport_options.fanout_patterns"
    package static let backendKeyPrefix: SettingKey = "result_backend_transport_options.global_keyprefix"

    // Celery's names for where tasks go (celery/app/defaults.py).
    package static let taskQueues: SettingKey = "task_queues"
    package static let taskRoutes: SettingKey = "task_routes"
    package static let defaultQueue: SettingKey = "task_default_queue"
    package static let defaultExchange: SettingKey = "task_default_exchange"
    package static let defaultExchangeType: SettingKey = "task_default_exchange_type"
    package static let defaultRoutingKey: SettingKey = "task_default_routing_key"
    package static let defaultPriority: SettingKey = "task_default_priority"
    package static let queueMaxPriority: SettingKey = "task_queue_max_priority"
    package static let createMissingQueues: SettingKey = "task_create_missing_queues"
    package static let missingExchangeType: SettingKey = "task_create_missing_queue_exchange_type"

    /// The settings of messages and queues.
    package static let routing: [SettingKey] = [
        .brokerKeyPrefix, .prioritySteps, .separator, .queueOrder, .brokerVisibilityTimeout, .deadLetterQueue,
        .unackedKey, .unackedIndexKey, .unackedMutexKey, .fanoutPrefix, .fanoutPatterns, .backendKeyPrefix,
        .taskQueues, .taskRoutes, .defaultQueue, .defaultExchange, .defaultExchangeType, .defaultRoutingKey,
        .defaultPriority, .queueMaxPriority, .createMissingQueues, .missingExchangeType,
    ]

    /// The settings whose value may be null, for a time without end, which a number tells by 0.
    static let endless: Set<SettingKey> = [.resultExpires]

    /// The settings whose values are JSON objects or arrays of them, and are read as they stand.
    static let structured: Set<SettingKey> = [
        .taskQueues, .taskRoutes, SentinelSettings.broker.kwargs, SentinelSettings.results.kwargs,
    ]
}
