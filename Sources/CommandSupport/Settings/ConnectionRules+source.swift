import Celery

extension ConnectionRules {
    /// Reads the settings.
    ///
    /// - Parameter source: Where they are.
    /// - Throws: ``SettingsError`` when one is not usable.
    init(from source: SettingsSource) async throws {
        self.init()
        retries = try await source.isOn(.connectionRetry, default: true)
        retriesOnStartup = try await source.flag(.connectionRetryOnStartup)
        // kombu/connection.py, ensure_connection: zero is any number, as none is.
        maxRetries = try await source.integer(.connectionMaxRetries, atLeast: 0).flatMap { $0 == 0 ? nil : $0 }
        cancelsTasksOnLoss = try await source.isOn(.cancelOnConnectionLoss)
    }
}
