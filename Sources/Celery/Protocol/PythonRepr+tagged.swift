import Foundation

extension JSONTag {
    /// What kombu makes of a tagged value, as Celery shows it in messages and events.
    ///
    /// - Parameters:
    ///   - type: The tag.
    ///   - value: What stands beside it.
    /// - Returns: The text; nil for a tag or a value that is not of kombu's making.
    static func pythonRepr(_ type: String, _ value: JSONValue) -> String? {
        if type == "uuid" {
            return (try? uuid(encode(type, value), [])).map { "UUID('\($0.uuidString.lowercased())')" }
        }
        guard let text = value.stringValue else { return nil }
        switch type {
        case "decimal": return "Decimal('\(text)')"
        case "bytes": return "b'\(text)'"
        // celery/utils/saferepr.py, _repr_binary_bytes: in hexadecimal digits.
        case "base64":
            return Base64.decode(text).map { bytes in
                "b'" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
            }
        case "date":
            return numbers(text, separator: "-", count: 3).map { "datetime.date(\($0.joined(separator: ", ")))" }
        case "time": return clock(text[...]).map { "datetime.time(\($0.joined(separator: ", ")))" }
        case "datetime":
            guard let day = numbers(String(text.prefix(10)), separator: "-", count: 3),
                let clock = clock(text.dropFirst(11))
            else { return nil }
            return "datetime.datetime(\((day + clock).joined(separator: ", ")))"
        default: return nil
        }
    }

    /// The arguments for `12:30:00.000500+02:00`: as many as are needed (CPython's Lib/_pydatetime.py, `__repr__`).
    private static func clock(_ text: Substring) -> [String]? {
        let end = text.firstIndex { "+-Z".contains($0) } ?? text.endIndex
        let parts = text[..<end].split(separator: ".", omittingEmptySubsequences: false)
        guard let first = parts.first, var shown = numbers(String(first), separator: ":", count: 3) else { return nil }
        let microseconds = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        if microseconds > 0 { shown.append(String(microseconds)) } else if shown[2] == "0" { shown.removeLast() }
        guard let zone = zone(text[end...]) else { return nil }
        return zone.isEmpty ? shown : shown + ["tzinfo=\(zone)"]
    }

    /// The zone for an offset such as `+02:00`; empty for none.
    private static func zone(_ text: Substring) -> String? {
        if text.isEmpty { return "" }
        if text == "Z" { return "datetime.timezone.utc" }
        guard let parts = numbers(String(text.dropFirst()), separator: ":", count: 2)?.compactMap({ Int($0) }),
            (0..<24).contains(parts[0]), (0..<60).contains(parts[1])
        else { return nil }
        let seconds = (parts[0] * 60 + parts[1]) * 60
        switch (text.first, seconds) {
        case (_, 0): return "datetime.timezone.utc"
        // A timedelta has its days, but not its seconds, below zero.
        case ("-", _): return "datetime.timezone(datetime.timedelta(days=-1, seconds=\(86_400 - seconds)))"
        default: return "datetime.timezone(datetime.timedelta(seconds=\(seconds)))"
        }
    }

    private static func numbers(_ text: String, separator: Character, count: Int) -> [String]? {
        let numbers = text.split(separator: separator, omittingEmptySubsequences: false).compactMap { Int($0) }
        return numbers.count == count ? numbers.map { String($0) } : nil
    }
}
