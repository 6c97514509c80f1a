import CommandSupport
import Foundation

extension SettingsSource {
    /// The settings of this program: flags, environment, file.
    ///
    /// - Parameter flags: The settings that were given as flags.
    /// - Throws: ``SettingsError`` when the file cannot be used.
    init(flags: Flags) async throws {
        var environment = ProcessInfo.processInfo.environment
        // The short name that deployments of the Python service use.
        let name = SettingKey.roots.environmentVariable
        environment[name] = environment[name] ?? environment["PDF_ROOTS"]
        try await self.init(flags: flags, environment: environment, known: SettingKey.all)
    }
}
