extension Timestamp {
    /// Reads an ISO 8601 time as Python writes it.
    ///
    /// Taken are `2026-11-23T18:47:45.538412+00:00` and its variations: a blank for the `T`; no seconds; no fraction or one
    /// of any length, cut after six digits; an offset with or without a colon, `Z`, or none, which means UTC; a date alone,
    /// which means midnight; and the forms without `-` and `:`.
    ///
    /// - Parameter text: The text.
    public init?(iso text: String) {
        var scanner = ISOScanner(bytes: Array(text.utf8))
        guard let microseconds = scanner.scan() else { return nil }
        self.init(microseconds: microseconds)
    }
}

/// A cursor over an ISO 8601 time.
private struct ISOScanner {
    let bytes: [UInt8]
    var index = 0

    mutating func scan() -> Int? {
        guard let days = scanDate() else { return nil }
        var microseconds = days * 86_400_000_000
        guard index < bytes.count else { return microseconds }
        guard take("T") || take(" "), let time = scanTime() else { return nil }
        microseconds += time
        guard let offset = scanOffset(), index == bytes.count else { return nil }
        return microseconds - offset
    }

    private mutating func scanDate() -> Int? {
        guard let year = scanNumber(digits: 4), year >= 1 else { return nil }
        let isExtended = take("-")
        guard let month = scanNumber(digits: 2), (1...12).contains(month), !isExtended || take("-"),
            let day = scanNumber(digits: 2), (1...Self.length(ofMonth: month, year: year)).contains(day)
        else { return nil }
        return Timestamp.days(fromYear: year, month: month, day: day)
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Hours, minutes, seconds and fraction in microseconds.
    private mutating func scanTime() -> Int? {
        guard let hour = scanNumber(digits: 2), hour < 24 else { return nil }
        let isExtended = take(":")
        guard let minute = scanNumber(digits: 2), minute < 60 else { return nil }
        var second = 0
        var fraction = 0
        if isExtended ? take(":") : isDigit(at: index) {
            guard let value = scanNumber(digits: 2), value < 60 else { return nil }
            second = value
            if take(".") || take(",") {
                guard let value = scanFraction() else { return nil }
                fraction = value
            }
        }
        return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
    }

    private mutating func scanFraction() -> Int? {
        guard isDigit(at: index) else { return nil }
        var value = 0
        var digits = 0
        while isDigit(at: index) {
            if digits < 6 {
                value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
                digits += 1
            }
            index += 1
        }
        for _ in digits..<6 {
            value *= 10
        }
        return value
    }

    /// The offset from UTC in microseconds, 0 when there is none.
    private mutating func scanOffset() -> Int? {
        guard index < bytes.count, !take("Z"), !take("z") else { return 0 }
        let isNegative = take("-")
        guard isNegative || take("+"), let hours = scanNumber(digits: 2), hours < 24 else { return nil }
        var seconds = hours * 3600
        let isExtended = take(":")
        if isExtended || isDigit(at: index) {
            guard let minutes = scanNumber(digits: 2), minutes < 60 else { return nil }
            seconds += minutes * 60
            // Python writes seconds for the local times of before time zones.
            if isExtended, take(":") {
                guard let value = scanNumber(digits: 2), value < 60 else { return nil }
                seconds += value
            }
        }
        return (isNegative ? -seconds : seconds) * 1_000_000
    }

    private func isDigit(at position: Int) -> Bool {
        position < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
    }

    private mutating func scanNumber(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard isDigit(at: index) else { return nil }
            value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            index += 1
        }
        return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }
}
