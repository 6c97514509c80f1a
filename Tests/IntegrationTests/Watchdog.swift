import Foundation

/// Ends a server and removes its folder when the test process is killed and cannot do so itself.
///
/// A shell that waits for the end of its input: a word means that all is well, the mere end that nobody is left.
final class Watchdog: Sendable {
    private let input: FileHandle

    init(process: Int32, directory: URL) throws {
        let shell = Process()
        let pipe = Pipe()
        shell.executableURL = URL(filePath: "/bin/sh")
        let script = "read -r word || { kill -9 \"$1\"; rm -rf -- \"$2\"; }"
        shell.arguments = ["-c", script, "watchdog", "\(process)", directory.path]
        shell.standardInput = pipe
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        input = pipe.fileHandleForWriting
    }

    /// Lets the shell go.
    func dismiss() {
        // It may be gone already, and then there is nothing to tell it.
        try? input.write(contentsOf: Data("done\n".utf8))
        try? input.close()
    }
}
