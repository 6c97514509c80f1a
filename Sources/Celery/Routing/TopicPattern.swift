/// The binding key of a topic exchange, which fits many routing keys.
///
/// Means what kombu's regular expression for it means (kombu/transport/virtual/exchange.py, `key_to_pattern`): `*` is
/// one word of at least one character, `#` is anything, dots included.
struct TopicPattern: Sendable, Hashable {
    private enum Element: Sendable, Hashable {
        case literal(Unicode.Scalar)
        /// One or more characters that are no dots.
        case word
        /// Any characters, none as well.
        case rest
    }

    /// The regular expression, byte for byte as kombu writes it into its tables.
    let regularExpression: String
    private let elements: [Element]

    /// Reads a binding key.
    init(_ key: String) {
        let words = key.split(separator: ".", omittingEmptySubsequences: false)
        var elements: [Element] = []
        var expressions: [String] = []
        for (index, word) in words.enumerated() {
            if index > 0 { elements.append(.literal(".")) }
            switch word {
            case "*":
                elements.append(.word)
                expressions.append(#"[^\.]+"#)
            case "#":
                elements.append(.rest)
                expressions.append(".*?")
            default:
                elements += word.unicodeScalars.map { .literal($0) }
                expressions.append(Self.escaped(word))
            }
        }
        self.elements = elements
        regularExpression = "^\(expressions.joined(separator: #"\."#))$"
    }

    /// Whether a routing key fits.
    func matches(_ routingKey: String) -> Bool {
        // Where in the pattern one may stand after each character: never more states than elements.
        var states = closure([0])
        for scalar in routingKey.unicodeScalars {
            var next: Set<Int> = []
            for state in states where state < elements.count {
                switch elements[state] {
                case .literal(let expected):
                    if scalar == expected { next.insert(state + 1) }
                case .word:
                    if scalar != "." { next.formUnion([state, state + 1]) }
                case .rest:
                    next.insert(state)
                }
            }
            if next.isEmpty { return false }
            states = closure(next)
        }
        return states.contains(elements.count)
    }

    /// Adds the places that are reached without a character.
    private func closure(_ states: Set<Int>) -> Set<Int> {
        var all = states
        var open = Array(states)
        while let state = open.popLast() {
            guard state < elements.count, elements[state] == .rest else { continue }
            if all.insert(state + 1).inserted { open.append(state + 1) }
        }
        return all
    }

    private static func escaped(_ word: Substring) -> String {
        // kombu/utils/text.py, escape_regex
        var text = ""
        for scalar in word.unicodeScalars {
            switch scalar {
            case "\0": text += #"\000"#
            case "#", "*": text.unicodeScalars.append(scalar)
            default:
                if !isAlphanumeric(scalar) { text += "\\" }
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Python's `isalnum`.
    private static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: scalar.properties.numericType != nil
        }
    }
}
