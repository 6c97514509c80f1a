/// A failure of the task queue itself, as opposed to a failure of a task.
///
/// The description never holds arguments, results or passwords.
public struct CeleryError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    @nonexhaustive
    public enum Code: Sendable, Hashable {
        /// The broker or the result backend cannot be reached now; trying again later may succeed.
        case unavailable
        /// A wait ended before the task did.
        case timedOut
        /// A value could not be turned into a message, or back.
        case codingFailed
        /// A setting contradicts another one or is out of range.
        case invalidConfiguration
        /// A message was sent to an exchange that no queue is bound to in a way that fits.
        case unroutable
        /// The pool's child processes cannot be started or kept alive.
        case poolFailed
        /// Something that a task has left running wants to send on its behalf after its end.
        case taskEnded
    }

    /// What kind of failure it is.
    public var code: Code
    /// What went wrong and what to do about it.
    public var message: String
    /// The error that caused this one.
    public var underlyingError: (any Error)?

    /// Makes an error.
    public init(_ code: Code, _ message: String, underlyingError: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlyingError = underlyingError
    }

    /// The message, followed by its cause.
    public var description: String {
        guard let underlyingError else { return message }
        return "\(message) (\(underlyingError))"
    }
}

extension CeleryError {
    /// The error for a message that its exchange leads nowhere.
    package static func unroutable(_ destination: Destination) -> CeleryError {
        CeleryError(.unroutable, "no queue is bound to \(destination): declare one, or have a worker read it")
    }
}
