/// The regular expressions of PyYAML's resolver, as code (yaml/resolver.py).
struct YAMLScanner {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    // MARK: Numbers

    mutating func isFloat() -> Bool {
        index = 0
        if bytes == Array(".nan".utf8) || bytes == Array(".NaN".utf8) || bytes == Array(".NAN".utf8) { return true }
        let isSigned = takeSign()
        let rest = bytes[index...]
        if rest.elementsEqual(".inf".utf8) || rest.elementsEqual(".Inf".utf8) || rest.elementsEqual(".INF".utf8) {
            return true
        }
        if take(".") {
            return !isSigned && takeDigit() && takeDigitsAndUnderscores() && takeExponent() && isAtEnd
        }
        guard takeDigit(), takeDigitsAndUnderscores() else { return false }
        if takeSexagesimal() { return take(".") && takeAll { $0.isDigitOrUnderscore } && isAtEnd }
        return take(".") && takeDigitsAndUnderscores() && takeExponent() && isAtEnd
    }

    mutating func isInt() -> Bool {
        index = 0
        _ = takeSign()
        let start = index
        if take("0") {
            if isAtEnd { return true }
            if take("b") { return takeSome { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "1") || $0.isUnderscore } }
            if take("x") { return takeSome { $0.isHexadecimalDigit || $0.isUnderscore } }
            return takeSome { UInt8(ascii: "0")...UInt8(ascii: "7") ~= $0 || $0.isUnderscore }
        }
        index = start
        guard takeDigit(), takeDigitsAndUnderscores() else { return false }
        _ = takeSexagesimal()
        return isAtEnd
    }

    private mutating func takeSign() -> Bool {
        take("+") || take("-")
    }

    private mutating func takeDigit() -> Bool {
        guard index < bytes.count, bytes[index].isDigit else { return false }
        index += 1
        return true
    }

    private mutating func takeDigitsAndUnderscores() -> Bool {
        takeAll { $0.isDigitOrUnderscore }
    }

    /// An exponent with its sign, or nothing: `(?:[eE][-+][0-9]+)?`.
    private mutating func takeExponent() -> Bool {
        guard take("e") || take("E") else { return true }
        return takeSign() && takeDigit() && takeAll { $0.isDigit }
    }

    /// `(?::[0-5]?[0-9])+`: whether there was one, and nothing taken if not.
    private mutating func takeSexagesimal() -> Bool {
        var isFound = false
        while index < bytes.count, bytes[index] == UInt8(ascii: ":") {
            let start = index
            index += 1
            let first = index < bytes.count ? bytes[index] : 0
            guard takeDigit() else {
                index = start
                break
            }
            if first <= UInt8(ascii: "5") { _ = takeDigit() }
            isFound = true
        }
        return isFound
    }

    // MARK: Times

    mutating func isTimestamp() -> Bool {
        index = 0
        return timestamp() != nil
    }

    /// A date or a point in time in Python's form, which is `isoformat()`; its numbers may be out of range.
    mutating func timestamp() -> (type: String, text: String)? {
        index = 0
        guard let year = takeNumber(4, 4), take("-"), let month = takeNumber(1, 2), take("-"),
            let day = takeNumber(1, 2)
        else { return nil }
        let date = "\(year)-\(Self.padded(month))-\(Self.padded(day))"
        if isAtEnd { return month.count == 2 && day.count == 2 ? ("date", date) : nil }
        guard take("T") || take("t") || takeBlanks(), let hour = takeNumber(1, 2), take(":"),
            let minute = takeNumber(2, 2), take(":"),
            let second = takeNumber(2, 2)
        else { return nil }
        var fraction = ""
        if take(".") {
            fraction = String(takeNumber(0, .max) ?? "")
            while fraction.count < 6 { fraction.append("0") }
            fraction = fraction.allSatisfy { $0 == "0" } ? "" : "." + fraction.prefix(6)
            if fraction == ".000000" { fraction = "" }
        }
        guard let offset = takeOffset() else { return nil }
        return ("datetime", "\(date)T\(Self.padded(hour)):\(minute):\(second)\(fraction)\(offset)")
    }

    private mutating func takeOffset() -> String? {
        if isAtEnd { return "" }
        _ = takeBlanks()
        if take("Z") { return isAtEnd ? "+00:00" : nil }
        let isNegative = index < bytes.count && bytes[index] == UInt8(ascii: "-")
        guard takeSign(), let hours = takeNumber(1, 2) else { return nil }
        var minutes: Substring = "00"
        if take(":") {
            guard let number = takeNumber(2, 2) else { return nil }
            minutes = number
        }
        let isZero = hours.allSatisfy { $0 == "0" } && minutes == "00"
        return isAtEnd ? "\(isNegative && !isZero ? "-" : "+")\(Self.padded(hours)):\(minutes)" : nil
    }

    private static func padded(_ number: Substring) -> String {
        (number.count < 2 ? "0" : "") + number
    }

    private mutating func takeNumber(_ least: Int, _ most: Int) -> Substring? {
        let start = index
        while index - start < most, takeDigit() {}
        guard index - start >= least else { return nil }
        return String(decoding: bytes[start..<index], as: UTF8.self)[...]
    }

    private mutating func takeBlanks() -> Bool {
        let start = index
        while take(" ") || take("\t") {}
        return index > start
    }

    // MARK: Characters

    private var isAtEnd: Bool { index == bytes.count }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    /// Takes what fits, be it nothing.
    private mutating func takeAll(_ isFitting: (UInt8) -> Bool) -> Bool {
        while index < bytes.count, isFitting(bytes[index]) { index += 1 }
        return true
    }

    /// Takes at least one and all that is left.
    private mutating func takeSome(_ isFitting: (UInt8) -> Bool) -> Bool {
        index < bytes.count && takeAll(isFitting) && isAtEnd
    }
}

extension UInt8 {
    fileprivate var isUnderscore: Bool { self == UInt8(ascii: "_") }
    fileprivate var isDigitOrUnderscore: Bool { isDigit || isUnderscore }
    fileprivate var isHexadecimalDigit: Bool {
        isDigit || UInt8(ascii: "a")...UInt8(ascii: "f") ~= self | 0x20
    }
}
