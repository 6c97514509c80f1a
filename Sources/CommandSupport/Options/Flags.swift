package import Configuration

/// The settings that were given as flags.
package typealias Flags = [SettingKey: ConfigContent]

extension Flags {
    /// Adds a text that was given.
    package mutating func add(_ key: SettingKey, _ text: String?) {
        if let text { self[key] = .string(text) }
    }

    /// Adds a number that was given.
    package mutating func add(_ key: SettingKey, _ number: Int?) {
        if let number { self[key] = .int(number) }
    }

    /// Adds a number that was given.
    package mutating func add(_ key: SettingKey, _ number: Double?) {
        if let number { self[key] = .double(number) }
    }

    /// Adds a switch that was turned on.
    package mutating func add(_ key: SettingKey, _ isOn: Bool) {
        if isOn { self[key] = .bool(true) }
    }

    /// Adds a switch that was turned off.
    package mutating func add(_ key: SettingKey, off isOff: Bool) {
        if isOff { self[key] = .bool(false) }
    }

    /// Adds a list that was given, its parts separated by commas or each with a flag of its own.
    package mutating func add(_ key: SettingKey, list: [String]) {
        guard !list.isEmpty else { return }
        self[key] = .stringArray(SettingsSource.trimmed(list.flatMap { $0.split(separator: ",") }))
    }

    /// Adds the flags of another group.
    package mutating func add(_ flags: Flags) {
        merge(flags) { _, new in new }
    }
}
