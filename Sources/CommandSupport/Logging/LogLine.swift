import Celery
import Foundation
import Logging

/// One line of a log.
struct LogLine {
    var level: Logger.Level
    var message: String
    var metadata: Logger.Metadata
    var label: String
    var process: String
    var time: timespec

    /// `[2026-11-23 22:01:02,123: INFO/MainProcess] message key=value`: celery/app/log.py's `worker_log_format`.
    func text(isLocalTime: Bool = true) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(128 + message.utf8.count)
        line.append(UInt8(ascii: "["))
        LogTime(time, isLocal: isLocalTime).append(to: &line)
        line.append(contentsOf: ": \(level.celeryName)/\(process)] ".utf8)
        for byte in message.utf8 {
            // A traceback has lines; what else a terminal obeys is shown, not done.
            if byte < 0x20 && byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\t") || byte == 0x7F {
                line.append(contentsOf: "\\x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            } else {
                line.append(byte)
            }
        }
        for (key, value) in sortedMetadata {
            line.append(contentsOf: " \(key)=".utf8)
            let text = "\(value)"
            let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != 0x7F }
            line.append(contentsOf: isPlain ? Array(text.utf8) : JSONValue.string(text).serialized(.compact))
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// The same as a JSON object, its time in UTC.
    func json() -> [UInt8] {
        var moment: [UInt8] = []
        LogTime(time, isLocal: false).append(to: &moment, separator: "T", fraction: ".")
        var members: JSONObject = [
            "time": .string(String(decoding: moment, as: UTF8.self) + "Z"),
            "level": .string(level.celeryName),
            "process": .string(process),
            "pid": .integer(Int(ProcessInfo.processInfo.processIdentifier)),
            "logger": .string(label),
            "message": .string(message),
        ]
        for (key, value) in sortedMetadata {
            // What the line itself says cannot be overwritten.
            members[members[key] == nil ? key : "metadata.\(key)"] = .string("\(value)")
        }
        return JSONValue.object(members).serialized(.interchange) + [UInt8(ascii: "\n")]
    }

    private var sortedMetadata: [(key: String, value: Logger.MetadataValue)] {
        metadata.isEmpty ? [] : metadata.sorted { $0.key < $1.key }
    }
}
