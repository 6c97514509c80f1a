import Foundation
import Synchronization

/// A file in the place of the standard error output.
///
/// It has that very descriptor, so that children have it too, and the last words of a process that crashes are in it.
package final class LogFile: Sendable {
    /// What tells a file from the one that comes to its path when it was moved.
    private struct Identity: Equatable {
        let device: UInt64
        let number: UInt64

        init(_ status: stat) {
            device = UInt64(truncatingIfNeeded: status.st_dev)
            number = UInt64(truncatingIfNeeded: status.st_ino)
        }
    }

    /// Where it is.
    let path: String
    private let identity = Mutex<Identity?>(nil)

    init(_ path: String) {
        self.path = path
    }

    /// Opens it; lines are appended to what is there.
    ///
    /// - Throws: ``SettingsError`` when it cannot be written.
    func open() throws {
        let isOpen = identity.withLock { reopen(&$0) }
        guard isOpen else {
            throw SettingsError("the log file \(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    /// Opens it anew if somebody has moved it away, as logrotate does (logging/handlers.py, `WatchedFileHandler`).
    ///
    /// If that fails, lines go on into the old one.
    func follow() {
        identity.withLock { identity in
            var status = stat()
            if stat(path, &status) == 0, Identity(status) == identity { return }
            _ = reopen(&identity)
        }
    }

    private func reopen(_ identity: inout Identity?) -> Bool {
        let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, dup2(descriptor, STDERR_FILENO) >= 0 else { return false }
        identity = Identity(status)
        return true
    }
}
