import Celery
import Foundation

/// The standard output, which carries results and nothing else.
enum StandardOutput {
    /// Writes a value as one line of JSON.
    static func write(_ value: JSONValue) {
        // A closed pipe ends the process by its signal, as it does other commands.
        FileHandle.standardOutput.write(Data(value.serialized(.pythonUnicode) + [UInt8(ascii: "\n")]))
    }
}
