/// When tasks start, and how often.
extension SettingKey {
    package static let parkingDistance: SettingKey = "parking_distance"
    package static let defaultRateLimit: SettingKey = "task_default_rate_limit"
    package static let disableRateLimits: SettingKey = "worker_disable_rate_limits"

    static let time: [SettingKey] = [.parkingDistance, .defaultRateLimit, .disableRateLimits]
}
