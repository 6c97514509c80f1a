/// What the characters at a line's ends say about sentences and lists.
enum SentenceShape {
    /// Whether the text ends with the mark of a finished sentence, closing quotation marks aside.
    static func ends(_ scalars: some BidirectionalCollection<Unicode.Scalar>) -> Bool {
        guard let last = scalars.last(where: { !$0.isClosing && !$0.isSpace }) else { return false }
        return last.isWideSentenceEnd || last.isNarrowSentenceEnd || last == ":" || last == "："
    }

    /// Whether the text begins as an item of a list does: a bullet, "1.", "(a)", "①", "（一）", "三、".
    static func startsItem(_ scalars: [Unicode.Scalar]) -> Bool {
        guard let first = scalars.first else { return false }
        if bullets.contains(first) || (0x2460...0x249B).contains(first.value) { return true }
        if first == "-" || first == "*" || first == "–" { return scalars.count > 1 && scalars[1] == " " }
        let isBracketed = first == "(" || first == "（"
        let body = scalars.dropFirst(isBracketed ? 1 : 0)
        let number = body.prefix { $0.isASCIIDigit }
        let chinese = body.prefix { chineseDigits.contains($0) }
        let length = max(number.count, chinese.count)
        let letter = body.first.map { $0.isASCIILetter } ?? false
        let rest = body.dropFirst(length > 0 ? length : (letter ? 1 : 0)).prefix(2)
        guard length > 0 ? length <= 3 : letter, let mark = rest.first else { return false }
        if isBracketed { return mark == ")" || mark == "）" }
        if mark == "、" { return chinese.count > 0 || number.count > 0 }
        guard mark == "." || mark == ")" || mark == "）" || mark == "．" else { return false }
        return length > 0 ? rest.last == " " || (rest.last?.isHan ?? false) : mark != "." && rest.last == " "
    }

    private static let bullets: Set<Unicode.Scalar> = [
        "•", "◦", "▪", "▫", "●", "○", "■", "□", "◆", "◇", "‣", "⁃", "➢", "✓",
    ]
    private static let chineseDigits: Set<Unicode.Scalar> = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"]
}
