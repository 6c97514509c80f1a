import Foundation

/// A file that holds a process's number as long as it runs, so that it is not started twice (celery/platforms.py,
/// `create_pidlock`).
struct PidFile {
    let path: String

    /// Makes the file; one that a process left behind that is no more is replaced.
    ///
    /// - Throws: ``CommandError`` with the exit code `EX_CANTCREAT` when a process holds it that runs, or when it cannot be
    ///   made.
    func acquire() throws {
        if FileManager.default.fileExists(atPath: path), let holder = try holder() {
            throw CommandError(
                "Pidfile (\(path)) already exists. Seems we're already running? (pid: \(holder))",
                exitCode: EX_CANTCREAT
            )
        }
        // Exclusively: of two that start at the same time one fails.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        let text = Array("\(ProcessInfo.processInfo.processIdentifier)\n".utf8)
        guard write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else { throw failure() }
    }

    /// Removes the file, if it still is this process's.
    func release() {
        guard number == ProcessInfo.processInfo.processIdentifier else { return }
        unlink(path)
    }

    /// The process that holds the file and runs; nil after a file has been removed that nobody holds.
    private func holder() throws -> pid_t? {
        guard let number else {
            StandardError.write("Broken pidfile found - Removing it.\n")
            return try remove()
        }
        // In containers the number often is the same after a restart.
        if number == ProcessInfo.processInfo.processIdentifier { return try remove() }
        if kill(number, 0) == 0 { return number }
        StandardError.write("Stale pidfile exists - Removing it.\n")
        return try remove()
    }

    /// The number in the file; nil if it is none with an end of line behind it.
    private var number: pid_t? {
        // A file that cannot be read holds no number.
        guard let text = try? String(contentsOfFile: path, encoding: .utf8), text.hasSuffix("\n"),
            let number = pid_t(text.dropLast()), number > 0
        else { return nil }
        return number
    }

    private func remove() throws -> pid_t? {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure() }
        return nil
    }

    private func failure() -> CommandError {
        CommandError(
            "the pid file \(path) cannot be made: \(String(cString: strerror(errno)))",
            exitCode: EX_CANTCREAT
        )
    }
}
