/// A pattern as Python's `fnmatch` has it: `*`, `?`, `[abc]`, `[a-z]` and `[!abc]`; case matters.
struct Glob: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case any
        case one
        case literal(Unicode.Scalar)
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)

        func matches(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .any, .one: true
            case .literal(let wanted): scalar == wanted
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
            }
        }
    }

    private let parts: [Part]

    init(_ pattern: String) {
        var parts: [Part] = []
        var rest = Array(pattern.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*":
                if parts.last != .any { parts.append(.any) }
            case "?":
                parts.append(.one)
            case "[":
                parts.append(Self.set(&rest) ?? .literal("["))
            default:
                parts.append(.literal(scalar))
            }
        }
        self.parts = parts
    }

    /// Whether the whole text matches.
    func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var (part, position) = (0, 0)
        // Where to go on when what follows the last asterisk does not fit.
        var retry: (part: Int, position: Int)?
        while position < scalars.count {
            if part < parts.count, parts[part] == .any {
                retry = (part + 1, position)
                part += 1
            } else if part < parts.count, parts[part].matches(scalars[position]) {
                part += 1
                position += 1
            } else if let (after, start) = retry {
                retry = (after, start + 1)
                part = after
                position = start + 1
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { $0 == .any }
    }

    /// Reads a set after its opening bracket; nil, with nothing read, when it has no end.
    private static func set(_ rest: inout ArraySlice<Unicode.Scalar>) -> Part? {
        var scalars = rest
        let isNegated = scalars.first == "!"
        if isNegated { scalars = scalars.dropFirst() }
        // A bracket that comes first belongs to the set.
        guard let end = scalars.dropFirst().firstIndex(of: "]") else { return nil }
        var members = scalars[..<end]
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while let first = members.popFirst() {
            if members.first == "-", let last = members.dropFirst().first {
                members = members.dropFirst(2)
                if first <= last { ranges.append(first...last) }
            } else {
                ranges.append(first...first)
            }
        }
        rest = rest[(end + 1)...]
        return .set(ranges, isNegated: isNegated)
    }
}
