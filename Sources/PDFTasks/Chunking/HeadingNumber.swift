/// The number that a heading begins with.
struct HeadingNumber: Hashable {
    /// How deep it is: 1 for a chapter, 2 for "1.2".
    var level: Int
    /// Whether the number alone makes a heading of a line, as in "1.2 Title" but not in "1 item".
    var isCertain: Bool

    init?(_ text: ArraySlice<Unicode.Scalar>) {
        if let chinese = HeadingNumber.chinese(text) {
            self = chinese
            return
        }
        if let word = HeadingNumber.word(text) {
            self = word
            return
        }
        guard let decimal = HeadingNumber.decimal(text) else { return nil }
        self = decimal
    }

    private init(level: Int, isCertain: Bool) {
        self.level = level
        self.isCertain = isCertain
    }

    // 第三章, 第 2 节, 第十二条
    private static func chinese(_ text: ArraySlice<Unicode.Scalar>) -> HeadingNumber? {
        guard text.first == "第" else { return nil }
        let rest = text.dropFirst().drop { $0 == " " || $0.isASCIIDigit || "零〇一二三四五六七八九十百".unicodeScalars.contains($0) }
        guard rest.startIndex > text.startIndex + 1, rest.startIndex < text.startIndex + 9 else { return nil }
        switch rest.first {
        case "章", "部", "编", "篇", "卷": return HeadingNumber(level: 1, isCertain: true)
        case "节": return HeadingNumber(level: 2, isCertain: true)
        default: return nil
        }
    }

    // Chapter 3, Appendix A, Part II
    private static func word(_ text: ArraySlice<Unicode.Scalar>) -> HeadingNumber? {
        let words = text.prefix(24).split(separator: " ", maxSplits: 2)
        guard words.count >= 2, let number = words.dropFirst().first, number.count <= 4 else { return nil }
        var name = String.UnicodeScalarView()
        name.append(contentsOf: words[words.startIndex])
        guard ["Chapter", "CHAPTER", "Appendix", "APPENDIX", "Part", "PART"].contains(String(name)) else { return nil }
        let isNumber = number.allSatisfy { $0.isASCIIDigit || $0.isUppercaseLetter || $0 == ":" || $0 == "." }
        return isNumber ? HeadingNumber(level: 1, isCertain: true) : nil
    }

    // 1 Title, 1.2 Title, 1.2.3 标题
    private static func decimal(_ text: ArraySlice<Unicode.Scalar>) -> HeadingNumber? {
        let number = text.prefix { $0.isASCIIDigit || $0 == "." }
        let parts = number.split(separator: ".")
        guard !parts.isEmpty, parts.count <= 5, parts.allSatisfy({ $0.count <= 3 }) else { return nil }
        let rest = text[number.endIndex...]
        guard rest.first == " ", let letter = rest.dropFirst().first, letter.isUppercaseLetter || letter.isHan else {
            return nil
        }
        return HeadingNumber(level: parts.count, isCertain: parts.count >= 2)
    }
}
