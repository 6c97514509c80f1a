/// Why a value cannot be written, or bytes cannot be read.
///
/// The description continues a sentence that begins with what it is about, such as `body`; it never shows contents.
public struct ContentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of faults.
    public enum Code: Sendable, Hashable {
        /// The bytes are not what they claim to be.
        case malformed
        /// They hold more than is allowed.
        case tooLarge
        /// The value has no form in this serializer.
        case notEncodable
        /// It is not among what is read.
        case notAccepted
        /// This build does without the library that it takes.
        case notAvailable
    }

    /// The kind of fault.
    public let code: Code
    /// What is wrong, as the rest of a sentence.
    public let problem: String

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: The kind of fault.
    ///   - problem: What is wrong, as the rest of a sentence.
    public init(_ code: Code, _ problem: String) {
        self.code = code
        self.problem = problem
    }

    /// What is wrong.
    public var description: String { problem }
}
