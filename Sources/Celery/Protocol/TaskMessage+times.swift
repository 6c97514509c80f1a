import Foundation

extension TaskMessage {
    /// A time as workers show it: as the sender wrote it, if he wrote an offset; otherwise it was in UTC, and is shown in the
    /// worker's time zone (celery/worker/request.py, `__init__`).
    func shown(_ time: Date?, as header: String, in zone: TimeZone?) -> JSONValue {
        guard let time else { return .null }
        // +02:00
        if let text = headers[header]?.stringValue, text.dropLast(2).last == ":",
            ["+", "-"].contains(text.dropLast(5).last)
        {
            return .string(text)
        }
        return .string(Timestamp(time).isoFormat(in: zone))
    }
}
