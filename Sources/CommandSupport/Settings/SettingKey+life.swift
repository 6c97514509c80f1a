/// How a worker starts, stops and stays connected.
extension SettingKey {
    package static let logFile: SettingKey = "logfile"
    package static let pidFile: SettingKey = "pidfile"
    package static let purge: SettingKey = "purge"
    package static let quiet: SettingKey = "quiet"
    package static let softShutdownTimeout: SettingKey = "worker_soft_shutdown_timeout"
    package static let softShutdownOnIdle: SettingKey = "worker_enable_soft_shutdown_on_idle"
    package static let connectionRetry: SettingKey = "broker_connection_retry"
    package static let connectionRetryOnStartup: SettingKey = "broker_connection_retry_on_startup"
    package static let connectionMaxRetries: SettingKey = "broker_connection_max_retries"
    package static let connectionTimeout: SettingKey = "broker_connection_timeout"
    package static let cancelOnConnectionLoss: SettingKey = "worker_cancel_long_running_tasks_on_connection_loss"

    static let life: [SettingKey] = [
        .logFile, .pidFile, .purge, .quiet, .softShutdownTimeout, .softShutdownOnIdle, .connectionRetry,
        .connectionRetryOnStartup, .connectionMaxRetries, .connectionTimeout, .cancelOnConnectionLoss,
    ]
}
