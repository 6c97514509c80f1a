import Celery
import CommandSupport

extension StandardOutput {
    /// Writes a value as one line of JSON.
    static func write(_ value: JSONValue) {
        write(value.serialized(.pythonUnicode) + [UInt8(ascii: "\n")])
    }
}
