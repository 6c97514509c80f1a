import Foundation

/// The standard output, which carries what a person or a program asked for, and no logs.
package enum StandardOutput {
    /// Whether a person looks at it.
    package static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Writes bytes.
    ///
    /// A closed pipe ends the process by its signal, as it does other commands, unless it ignores that.
    package static func write(_ bytes: [UInt8]) {
        // What nobody can read is not worth an end.
        try? FileHandle.standardOutput.write(contentsOf: bytes)
    }
}
