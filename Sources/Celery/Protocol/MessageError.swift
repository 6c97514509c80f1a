/// Why a message cannot be taken as what it claims to be.
///
/// The description says what is wrong with which member, and never shows arguments or other contents.
public struct MessageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of faults.
    public enum Code: Sendable, Hashable {
        /// The message, its body or a member does not have the form it must have.
        case malformed
        /// The message is well-formed and is no task.
        case unknownMessage
        /// The body's content type or encoding is not accepted.
        case contentDisallowed
        /// The body is compressed in a way that is not understood.
        case unsupportedCompression
    }

    /// The kind of fault.
    public let code: Code
    /// The member at fault, such as `headers.retries` or `body`.
    public let member: String
    /// What is wrong with it.
    public let problem: String
    /// The id of the task, when the headers told as much.
    public var taskID: TaskID?
    /// The name of the task, when the headers told as much.
    public var task: String?

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: The kind of fault.
    ///   - member: The member at fault.
    ///   - problem: What is wrong with it, as the rest of a sentence that begins with the member.
    public init(_ code: Code, member: String, problem: String) {
        self.code = code
        self.member = member
        self.problem = problem
    }

    /// Makes the error of a member that has another type than it must have, or holds what no text may hold.
    init(member: String, expected: String, found value: JSONValue) {
        if expected == "str", case .brokenString = value {
            self.init(.malformed, member: member, problem: "must not hold lone surrogates")
        } else {
            self.init(.malformed, member: member, problem: "must be \(expected), not \(value.pythonTypeName)")
        }
    }

    /// The member and what is wrong with it.
    public var description: String { "\(member) \(problem)" }
}
