/// Text like that of documents, and text like that of no document, from a seeded generator.
enum RandomText {
    static func english(_ random: inout SeededGenerator, sentences: Int) -> String {
        var text = ""
        for number in 0..<sentences {
            var words = (0..<Int.random(in: 4...30, using: &random)).map { _ in word(&random) }
            words[0] = words[0].prefix(1).uppercased() + words[0].dropFirst()
            if Bool.random(using: &random) { words[words.count / 2] += "," }
            if Int.random(in: 0..<8, using: &random) == 0 { words.insert("e.g.", at: 2) }
            text += words.joined(separator: " ") + [".", "!", "?", ".”"][Int.random(in: 0..<4, using: &random)]
            text += number % 7 == 6 ? "\n" : " "
        }
        return text
    }

    static func chinese(_ random: inout SeededGenerator, sentences: Int) -> String {
        var text = ""
        for number in 0..<sentences {
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                for _ in 0..<Int.random(in: 4...20, using: &random) {
                    let value = UInt32.random(in: 0x4E00...0x9F00, using: &random)
                    text.unicodeScalars.append(Unicode.Scalar(value) ?? "中")
                }
                text += "，"
            }
            text.removeLast()
            text += ["。", "！", "？", "。”"][Int.random(in: 0..<4, using: &random)]
            if number % 7 == 6 { text += "\n" }
        }
        return text
    }

    static func anything(_ random: inout SeededGenerator, length: Int) -> String {
        var text = ""
        while text.unicodeScalars.count < length {
            switch Int.random(in: 0..<14, using: &random) {
            case 0: text += chinese(&random, sentences: 2)
            case 1: text += "\n"
            case 2: text += String(repeating: word(&random), count: Int.random(in: 1...60, using: &random))
            case 3: text += graphemes.randomElement(using: &random) ?? ""
            case 4: text += String(Int.random(in: 0...9_999_999_999, using: &random))
            case 5: text += marks.randomElement(using: &random) ?? ""
            case 6: text += String(repeating: "=", count: Int.random(in: 1...200, using: &random))
            default: text += " " + word(&random)
            }
        }
        return text
    }

    private static let graphemes = ["👩‍👩‍👧", "🇩🇪🇫🇷", "e\u{301}\u{323}", "ไทยไม่มี", "한국어", "かな", "—", "…"]
    private static let marks = ["(", ")", "「", "」", "，", "。", ". ", "! ", "==--", "\"", "::", "/"]

    private static func word(_ random: inout SeededGenerator) -> String {
        let letters = "etaoinshrdlucmfwypvbgkjqxz"
        let length = [1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 12][Int.random(in: 0..<15, using: &random)]
        return String((0..<length).map { _ in letters.randomElement(using: &random) ?? "e" })
    }
}
