package import Celery

extension SettingKey {
    package static let resultExpires: SettingKey = "result_expires"
    package static let resultFailureExpires: SettingKey = "result_failure_expires"
    package static let resultChordExpires: SettingKey = "result_chord_expires"
    package static let resultExtended: SettingKey = "result_extended"
    package static let resultCompression: SettingKey = "result_compression"
    package static let resultSerializer: SettingKey = "result_serializer"
    package static let resultAcceptContent: SettingKey = "result_accept_content"
    package static let resultChordOrdered: SettingKey = "result_backend_transport_options.result_chord_ordered"
    package static let retryWrites: SettingKey = "result_backend_transport_options.retry_policy.max_retries"
    package static let retryStart: SettingKey = "result_backend_transport_options.retry_policy.interval_start"
    package static let retryStep: SettingKey = "result_backend_transport_options.retry_policy.interval_step"
    package static let retryMaximum: SettingKey = "result_backend_transport_options.retry_policy.interval_max"
    package static let alwaysRetry: SettingKey = "result_backend_always_retry"
    package static let maxRetries: SettingKey = "result_backend_max_retries"
    package static let baseSleep: SettingKey = "result_backend_base_sleep_between_retries_ms"
    package static let maxSleep: SettingKey = "result_backend_max_sleep_between_retries_ms"

    // What is the worker's to decide, not the backend's.
    package static let taskIgnoreResult: SettingKey = "task_ignore_result"
    package static let taskStoreErrorsEvenIfIgnored: SettingKey = "task_store_errors_even_if_ignored"
    package static let workerDeduplicateSuccessfulTasks: SettingKey = "worker_deduplicate_successful_tasks"

    /// The settings that are about how results are kept.
    static let keeping: [SettingKey] = [
        .resultExpires, .resultFailureExpires, .resultChordExpires, .resultExtended, .resultCompression,
        .resultSerializer, .resultAcceptContent, .resultChordOrdered, .retryWrites, .retryStart, .retryStep,
        .retryMaximum, .alwaysRetry, .maxRetries, .baseSleep, .maxSleep, .taskIgnoreResult,
        .taskStoreErrorsEvenIfIgnored, .workerDeduplicateSuccessfulTasks,
    ]
}

extension ResultSettings {
    /// Reads the settings.
    ///
    /// - Parameter source: Where they are.
    /// - Throws: ``SettingsError`` when one is not usable.
    package init(from source: SettingsSource) async throws {
        self.init()
        if let time = try await source.duration(.resultExpires) { expires = time }
        failureExpires = try await source.duration(.resultFailureExpires)
        chordExpires = try await source.duration(.resultChordExpires)
        isExtended = try await source.isOn(.resultExtended)
        compression = try await source.compression(.resultCompression)
        if let name = try await source.text(.resultSerializer) {
            serializer = try source.serializer(name, .resultSerializer)
            if serializer == .auth { security = try await MessageSecurity(from: source) }
        }
        // celery/backends/base.py: what is not accepted is never read, so that this could read no result at all.
        if let names = try await source.list(.resultAcceptContent) {
            let accepted = Set(try names.map { try source.serializer($0, .resultAcceptContent) })
            guard accepted.contains(serializer) else {
                throw source.wrong(
                    .resultAcceptContent,
                    "a list that holds \(serializer.rawValue), the result_serializer"
                )
            }
            self.accepted = accepted
        }
        keepsChordOrder = try await source.isOn(.resultChordOrdered, default: true)
        retries = try await ResultRetries(from: source)
        timeZone = try await source.timeZone
    }
}

extension ResultRetries {
    fileprivate init(from source: SettingsSource) async throws {
        self.init()
        if let number = try await source.integer(.retryWrites, atLeast: 0) { writes = number }
        if let time = try await source.duration(.retryStart) { start = time }
        if let time = try await source.duration(.retryStep) { step = time }
        if let time = try await source.duration(.retryMaximum) { maximum = time }
        always = try await source.isOn(.alwaysRetry)
        most = try await source.integer(.maxRetries, atLeast: 0)
        if let number = try await source.integer(.baseSleep, atLeast: 0) { basePause = .milliseconds(number) }
        if let number = try await source.integer(.maxSleep, atLeast: 0) { maximumPause = .milliseconds(number) }
    }
}
