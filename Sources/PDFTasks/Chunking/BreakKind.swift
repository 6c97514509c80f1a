/// What ends or begins at a place where text may be cut.
struct BreakKind: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    /// A sentence ends here.
    static let sentence = BreakKind(rawValue: 1)
    /// A paragraph, row or line ends here.
    static let paragraph = BreakKind(rawValue: 2)
    /// A heading begins here.
    static let beforeHeading = BreakKind(rawValue: 4)
    /// A heading ends here: cutting would part it from its text.
    static let afterHeading = BreakKind(rawValue: 8)
    /// Part of a sentence ends here.
    static let clause = BreakKind(rawValue: 16)
    /// A word so long that it must be cut goes on here.
    static let insideWord = BreakKind(rawValue: 32)
}
