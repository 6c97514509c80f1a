import Celery

extension StopRules {
    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - source: Where they are.
    ///   - drainTimeout: How long a warm stop takes at most, unless it is set.
    /// - Throws: ``SettingsError`` when one is not usable.
    init(from source: SettingsSource, drainTimeout: Duration?) async throws {
        let soft = try await source.duration(.softShutdownTimeout) ?? .zero
        self.init(
            drainTimeout: drainTimeout.map { max($0, soft) },
            softTimeout: soft,
            isSoftOnIdle: try await source.isOn(.softShutdownOnIdle),
            // celery/apps/worker.py, install_platform_tweaks: closing a terminal starts nothing in the background.
            restartsOnHangup: !StandardOutput.isTerminal
        )
        if let timeout = try await source.duration(.drainTimeout) {
            self.drainTimeout = timeout == .seconds(SettingsSource.longestTime) ? nil : timeout
        }
    }
}
