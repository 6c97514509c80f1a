import Celery
import CeleryRedis

extension TransportOptions {
    /// Reads how messages are kept.
    ///
    /// - Parameters:
    ///   - source: Where the settings are.
    ///   - broker: The broker, whose URL may say some of it too.
    /// - Throws: ``SettingsError`` when one is not usable.
    init(from source: SettingsSource, broker: ServerAddress) async throws {
        func text(_ key: SettingKey) async throws -> String? {
            let given = try await source.text(key)
            return given ?? broker.transportOptions[key.components.last ?? ""]
        }
        self.init()
        globalKeyPrefix = try await text(.brokerKeyPrefix) ?? ""
        if let steps = try await source.integers(.prioritySteps, or: broker.transportOptions["priority_steps"]) {
            guard steps == steps.sorted(), Set(steps).count == steps.count, steps.allSatisfy({ (0...9).contains($0) })
            else { throw source.wrong(.prioritySteps, "numbers from 0 to 9, in rising order") }
            prioritySteps = steps
        }
        if let separator = try await text(.separator) { self.separator = separator }
        if let key = try await text(.unackedKey) { unackedKey = key }
        if let key = try await text(.unackedIndexKey) { unackedIndexKey = key }
        if let key = try await text(.unackedMutexKey) { unackedMutexKey = key }
        if let queue = try await text(.deadLetterQueue) { deadLetterQueue = .init(queue) }
        // kombu/transport/redis.py: true is the default's own text, false is none.
        switch try await textOrFlag(.fanoutPrefix) {
        case nil, "true": break
        case "false": fanoutPrefix = ""
        case let text?: fanoutPrefix = text
        }
        switch try await textOrFlag(.fanoutPatterns) {
        case nil, "true": break
        case "false": fanoutPatterns = false
        default: throw source.wrong(.fanoutPatterns, "true or false")
        }

        func textOrFlag(_ key: SettingKey) async throws -> String? {
            // A text is no switch, and is looked at as a text.
            if let flag = try? await source.flag(key) { return flag ? "true" : "false" }
            return try await text(key)
        }
    }
}
