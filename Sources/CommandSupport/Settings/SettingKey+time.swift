import Foundation

/// When tasks start, and how often; and how times are written.
extension SettingKey {
    package static let parkingDistance: SettingKey = "parking_distance"
    package static let defaultRateLimit: SettingKey = "task_default_rate_limit"
    package static let disableRateLimits: SettingKey = "worker_disable_rate_limits"

    package static let timezone: SettingKey = "timezone"
    package static let enableUTC: SettingKey = "enable_utc"

    static let time: [SettingKey] = [.parkingDistance, .defaultRateLimit, .disableRateLimits, .timezone, .enableUTC]
}

extension SettingsSource {
    /// The time zone in which times are written; nil for UTC (celery/app/base.py, `timezone`).
    var timeZone: TimeZone? {
        get async throws {
            guard let name = try await text(.timezone) else {
                return try await isOn(.enableUTC, default: true) ? nil : .current
            }
            guard let zone = TimeZone(identifier: name) else {
                throw wrong(.timezone, "the name of a time zone, such as Europe/Berlin")
            }
            return zone
        }
    }
}
