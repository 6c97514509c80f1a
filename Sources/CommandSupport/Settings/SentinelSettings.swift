import Celery

/// The settings about sentinels of one server: kombu's and Celery's transport options of the same names.
struct SentinelSettings: Sendable {
    let masterName: SettingKey
    let minimumOthers: SettingKey
    let kwargs: SettingKey

    // kombu/transport/redis.py, SentinelChannel
    static let broker = SentinelSettings(
        masterName: "broker_transport_options.master_name",
        minimumOthers: "broker_transport_options.min_other_sentinels",
        kwargs: "broker_transport_options.sentinel_kwargs"
    )
    // celery/backends/redis.py, SentinelBackend
    static let results = SentinelSettings(
        masterName: "result_backend_transport_options.master_name",
        minimumOthers: "result_backend_transport_options.min_other_sentinels",
        kwargs: "result_backend_transport_options.sentinel_kwargs"
    )
}

extension SettingKey {
    /// The settings about sentinels.
    static let sentinel: [SettingKey] = [SentinelSettings.broker, .results].flatMap {
        [$0.masterName, $0.minimumOthers, $0.kwargs]
    }
}

extension SettingsSource {
    /// Reads what is said about sentinels, as parameters of a `sentinel://` URL.
    ///
    /// - Parameter settings: Which server's.
    /// - Returns: The parameters by their names.
    /// - Throws: ``SettingsError`` when one is not usable.
    func sentinelOptions(_ settings: SentinelSettings) async throws -> [String: String] {
        var options: [String: String] = [:]
        options["master_name"] = try await text(settings.masterName)
        options["min_other_sentinels"] = try await integer(settings.minimumOthers, atLeast: 0).map(String.init)
        guard let kwargs = try json(settings.kwargs), !kwargs.isNull else { return options }
        guard case .object(let members) = kwargs else { throw wrong(settings.kwargs, "an object") }
        for (name, value) in members where !value.isNull {
            guard let text = value.parameter else {
                throw wrong(settings.kwargs, "an object of texts, numbers and truth values")
            }
            options["sentinel_\(name)"] = text
        }
        return options
    }
}

extension JSONValue {
    /// A value as a parameter of a URL has it; nil for what is none.
    fileprivate var parameter: String? {
        switch self {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): "\(number)"
        case .double(let number): "\(number)"
        default: nil
        }
    }
}
