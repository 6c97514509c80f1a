/// A pattern of node names, as kombu's matchers take it (kombu/matcher.py).
enum NodePattern: Sendable {
    case glob(Glob)
    /// Matches the beginning of a name, as Python's `re.match` does.
    case regularExpression(String)

    /// - Throws: ``PythonException`` when there is no such matcher.
    init(_ pattern: String, matcher: String) throws {
        switch matcher {
        case "glob": self = .glob(Glob(pattern))
        case "pcre": self = .regularExpression(pattern)
        default:
            throw PythonException(
                "MatcherNotInstalled",
                module: "kombu.matcher",
                message: "No matcher installed for \(matcher)"
            )
        }
    }

    func matches(_ node: String) throws -> Bool {
        switch self {
        case .glob(let glob): glob.matches(node)
        case .regularExpression(let text): try Regex(text).prefixMatch(in: node) != nil
        }
    }
}
