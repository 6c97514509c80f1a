/// Why bytes are not JSON.
///
/// The description names the fault and its place, never the bytes.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of faults.
    public enum Code: Sendable, Hashable {
        /// The bytes are not JSON.
        case syntax
        /// The bytes are not UTF-8.
        case invalidUTF8
        /// Arrays and objects are nested deeper than ``JSONValue/maximumDepth``.
        case tooDeep
        /// A key holds a lone surrogate.
        case brokenKey
    }

    /// The kind of fault.
    public let code: Code
    /// What is wrong.
    public let message: String
    /// The byte at which it was noticed, counted from 0.
    public let offset: Int

    /// The fault and its place.
    public var description: String { "\(message) at byte \(offset)" }
}
