import Foundation

/// A moment, as logs tell it.
struct LogTime {
    private let parts: tm
    private let milliseconds: Int

    /// - Parameters:
    ///   - moment: Seconds and nanoseconds since 1970.
    ///   - isLocal: Whether it is told in the local time zone; in UTC otherwise.
    init(_ moment: timespec, isLocal: Bool) {
        var seconds = moment.tv_sec
        var parts = tm()
        if isLocal { localtime_r(&seconds, &parts) } else { gmtime_r(&seconds, &parts) }
        self.parts = parts
        milliseconds = moment.tv_nsec / 1_000_000
    }

    static var now: timespec {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now
    }

    /// Appends `2026-11-23 22:01:02,123`, as Python's logging has it (logging/__init__.py, `formatTime`).
    func append(to line: inout [UInt8], separator: Character = " ", fraction: Character = ",") {
        append(Int(parts.tm_year) + 1900, width: 4, to: &line)
        append(Int(parts.tm_mon) + 1, width: 2, after: "-", to: &line)
        append(Int(parts.tm_mday), width: 2, after: "-", to: &line)
        append(Int(parts.tm_hour), width: 2, after: separator, to: &line)
        append(Int(parts.tm_min), width: 2, after: ":", to: &line)
        append(Int(parts.tm_sec), width: 2, after: ":", to: &line)
        append(milliseconds, width: 3, after: fraction, to: &line)
    }

    private func append(_ number: Int, width: Int, after separator: Character? = nil, to line: inout [UInt8]) {
        if let separator { line.append(contentsOf: separator.utf8) }
        let digits = String(number).utf8
        for _ in 0..<max(0, width - digits.count) { line.append(UInt8(ascii: "0")) }
        line.append(contentsOf: digits)
    }
}
