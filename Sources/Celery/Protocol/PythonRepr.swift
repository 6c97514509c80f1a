extension JSONValue {
    /// The value as Celery shows arguments and results in messages, events and logs: Python's `repr`, cut to a limit.
    ///
    /// As in Celery texts are quoted but not escaped, and what is left out is marked by `...`.
    ///
    /// - Parameters:
    ///   - maxLength: How many characters to write before leaving out the rest.
    ///   - maxLevels: How many levels of lists and dicts to write; 0 for all.
    /// - Returns: The text.
    public func pythonRepr(maxLength: Int = 1024, maxLevels: Int = 3) -> String {
        var printer = LimitedRepr(remaining: maxLength, maxLevels: maxLevels)
        printer.show(self)
        return printer.text
    }

    /// The elements of a tuple as Celery shows them, such as `(1, 'a')` and `(1,)`.
    ///
    /// - Parameters:
    ///   - elements: The elements, such as a task's positional arguments.
    ///   - maxLength: How many characters to write before leaving out the rest.
    ///   - maxLevels: How many levels of lists and dicts to write; 0 for all.
    /// - Returns: The text.
    public static func pythonRepr(tuple elements: [JSONValue], maxLength: Int = 1024, maxLevels: Int = 3) -> String {
        var printer = LimitedRepr(remaining: maxLength, maxLevels: maxLevels)
        printer.show(sequence: elements, opening: "(", closing: elements.count == 1 ? ",)" : ")")
        return printer.text
    }

    /// The name of the type that Python gives the value.
    var pythonTypeName: String {
        switch self {
        case .null: "NoneType"
        case .bool: "bool"
        case .integer, .bigInteger: "int"
        case .double: "float"
        case .string, .brokenString: "str"
        case .array: "list"
        case .object: "dict"
        }
    }
}

/// Writes values as celery/utils/saferepr.py does: token by token, until the limit is used up.
private struct LimitedRepr {
    private(set) var text = ""
    private var remaining: Int
    private let maxLevels: Int
    /// What closes the lists, tuples and dicts that are open.
    private var closings: [String] = []
    private var isCut = false

    init(remaining: Int, maxLevels: Int) {
        self.remaining = remaining
        self.maxLevels = maxLevels
    }

    mutating func show(_ value: JSONValue) {
        switch value {
        case .null: printBare("None")
        case .bool(let value): printBare(value ? "True" : "False")
        case .integer(let value): printBare(String(value))
        case .bigInteger(let digits): printBare(digits)
        case .double(let value): printBare(value.pythonRepr)
        case .string(let value): printQuoted(value)
        case .brokenString(let units): printQuoted(String(showing: units))
        case .array(let elements): show(sequence: elements, opening: "[", closing: "]")
        case .object(let object): show(object)
        }
    }

    mutating func show(sequence: [JSONValue], opening: String, closing: String) {
        guard open(opening, closing) else { return }
        for (index, element) in sequence.enumerated() {
            if index > 0 {
                emit(", ")
            }
            guard !isCut else { return }
            show(element)
        }
        close(closing)
    }

    private mutating func show(_ object: JSONObject) {
        if let (type, value) = JSONTag.parts(of: .object(object)), let shown = JSONTag.pythonRepr(type, value) {
            return printBare(shown)
        }
        guard open("{", "}") else { return }
        for (index, member) in object.enumerated() {
            if index > 0 {
                emit(", ")
            }
            guard !isCut else { return }
            printQuoted(member.key)
            emit(": ")
            guard !isCut else { return }
            show(member.value)
        }
        close("}")
    }

    /// Opens a list, tuple or dict; false if it is not to be written.
    private mutating func open(_ opening: String, _ closing: String) -> Bool {
        if maxLevels > 0, closings.count >= maxLevels {
            emit("\(opening)...\(closing)")
            return false
        }
        emit(opening)
        guard !isCut else { return false }
        closings.append(closing)
        return true
    }

    private mutating func close(_ closing: String) {
        guard !isCut else { return }
        closings.removeLast()
        // A closing bracket is written when nothing is left as well: with it nothing is left out.
        text += closing
        if remaining > 0 {
            remaining -= closing.count
        }
    }

    private mutating func printBare(_ token: String) {
        guard canWrite() else { return }
        emit(cut(token))
    }

    private mutating func printQuoted(_ token: String) {
        guard canWrite() else { return }
        // By code points: a quotation mark may carry an accent, which makes it another character to Swift.
        var quoted = String.UnicodeScalarView()
        for scalar in cut(token).unicodeScalars {
            if scalar == "'" {
                quoted.append("\\")
            }
            quoted.append(scalar)
        }
        emit("'" + String(quoted) + "'")
    }

    /// Whether there is room; if there is none, ends the text and closes what is open.
    private mutating func canWrite() -> Bool {
        guard !isCut else { return false }
        if remaining > 0 { return true }
        isCut = true
        text += ", ..."
        for closing in closings.reversed() {
            text += closing
        }
        return false
    }

    private mutating func emit(_ token: String) {
        guard canWrite() else { return }
        text += token
        remaining -= token.unicodeScalars.count
    }

    /// celery/utils/text.py, truncate: cut at the limit, back to the last blank.
    private func cut(_ token: String) -> String {
        let scalars = token.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: remaining, limitedBy: scalars.endIndex) else {
            return token
        }
        let head = scalars[..<end]
        let kept = head.lastIndex(of: " ").map { head[..<$0] } ?? head
        return String(String.UnicodeScalarView(kept)) + "..."
    }
}
