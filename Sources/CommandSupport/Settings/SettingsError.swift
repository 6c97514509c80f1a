/// A setting that cannot be used, wherever it comes from.
package struct SettingsError: Error, CustomStringConvertible {
    /// What is wrong, in one sentence, without passwords.
    package let description: String

    /// Makes an error.
    package init(_ description: String) {
        self.description = description
    }
}
