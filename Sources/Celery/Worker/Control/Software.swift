import Foundation

/// What this worker is, as events, `stats` and `report` name it.
enum Software {
    /// The version of Celery whose protocol and answers this worker has.
    static let version = "5.7.0"

    /// What Python's `platform.system()` says.
    static var system: String {
        #if os(Linux)
        "Linux"
        #elseif os(macOS)
        "Darwin"
        #else
        "unknown"
        #endif
    }

    /// What Python's `platform.machine()` says.
    static var architecture: String {
        #if arch(x86_64)
        "x86_64"
        #elseif arch(arm64)
        "aarch64"
        #else
        "unknown"
        #endif
    }
}
