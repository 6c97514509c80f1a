public import Foundation

/// A point in time, exact to the microsecond, with Python's text form.
///
/// Celery writes times with `datetime.isoformat()`. Reading and writing is done on integers, since Foundation's formatters
/// are slow and round to milliseconds.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public var microseconds: Int

    /// Makes a point in time.
    ///
    /// - Parameter microseconds: Microseconds since 1970-01-01T00:00:00Z.
    public init(microseconds: Int) {
        self.microseconds = microseconds
    }

    private static let microsecondsPerSecond = 1_000_000
    private static let microsecondsPerDay = 86_400 * 1_000_000
    /// 2001-01-01T00:00:00Z, from which `Date` counts.
    private static let dateReference = 978_307_200 * 1_000_000
    /// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z, which are the times that Python knows.
    private static let pythonRange = -62_135_596_800_000_000...253_402_300_799_999_999

    /// Rounds a date to the microsecond, and to the years 1 to 9999 that Python knows.
    ///
    /// - Parameter date: The date.
    public init(_ date: Date) {
        let scaled = (date.timeIntervalSinceReferenceDate * 1e6).rounded()
        // Far inside of what Int holds, so that NaN and infinite dates convert as well.
        let bounded = scaled.isNaN ? 0 : min(max(scaled, -1e17), 1e18)
        let range = Self.pythonRange
        microseconds = min(max(Int(bounded) + Self.dateReference, range.lowerBound), range.upperBound)
    }

    /// This point in time as a date.
    public var date: Date {
        Date(timeIntervalSinceReferenceDate: Double(microseconds - Self.dateReference) / 1e6)
    }

    /// The present.
    public static var now: Timestamp { Timestamp(Date()) }

    /// Whether one point in time is before another.
    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
        lhs.microseconds < rhs.microseconds
    }

    /// The time in UTC as Python's `isoformat()` writes it; the microseconds are left out when they are 0.
    public var isoFormat: String { isoFormat(offset: 0) }

    /// The time in a time zone as Python's `isoformat()` writes it.
    ///
    /// - Parameter zone: The time zone; UTC when nil.
    /// - Returns: The text, with the zone's offset at that time.
    public func isoFormat(in zone: TimeZone?) -> String {
        guard let offset = zone?.secondsFromGMT(for: date), offset != 0 else { return isoFormat }
        let range = Self.pythonRange
        let local = microseconds + offset * Self.microsecondsPerSecond
        // Beyond of what Python knows there is only UTC.
        return range.contains(local) ? Timestamp(microseconds: local).isoFormat(offset: offset) : isoFormat
    }

    /// The time without regard of a zone, followed by an offset in seconds.
    private func isoFormat(offset: Int) -> String {
        let days = Self.floorDivide(microseconds, Self.microsecondsPerDay)
        let rest = microseconds - days * Self.microsecondsPerDay
        let (year, month, day) = Self.civil(fromDays: days)
        let second = rest / Self.microsecondsPerSecond
        let fraction = rest % Self.microsecondsPerSecond
        return String(unsafeUninitializedCapacity: 40) { text in
            var length = 0
            func put(_ value: Int, digits: Int, after separator: StaticString) {
                for offset in 0..<separator.utf8CodeUnitCount {
                    text[length] = separator.utf8Start[offset]
                    length += 1
                }
                var value = value
                for place in stride(from: digits - 1, through: 0, by: -1) {
                    text[length + place] = UInt8(ascii: "0") + UInt8(value % 10)
                    value /= 10
                }
                length += digits
            }
            put(year, digits: 4, after: "")
            put(month, digits: 2, after: "-")
            put(day, digits: 2, after: "-")
            put(second / 3600, digits: 2, after: "T")
            put(second / 60 % 60, digits: 2, after: ":")
            put(second % 60, digits: 2, after: ":")
            if fraction != 0 {
                put(fraction, digits: 6, after: ".")
            }
            let distance = abs(offset)
            put(distance / 3600, digits: 2, after: offset < 0 ? "-" : "+")
            put(distance / 60 % 60, digits: 2, after: ":")
            if distance % 60 != 0 { put(distance % 60, digits: 2, after: ":") }
            return length
        }
    }

    // Howard Hinnant, chrono-Compatible Low-Level Date Algorithms: days_from_civil and civil_from_days.

    static func days(fromYear year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        value >= 0 ? value / divisor : (value - divisor + 1) / divisor
    }
}
