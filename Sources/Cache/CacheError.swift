/// Why the cache did not do what it was asked to do.
///
/// Names the operation, never a key or a value.
public struct CacheError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    @nonexhaustive
    public enum Code: Sendable, Hashable {
        /// Redis cannot be reached, or does not answer in time; the same call may well succeed later.
        case unavailable
        /// Redis refused the operation, such as for want of memory or because the key holds another type.
        case refused
        /// What is stored is not JSON, or not of the type that was asked for.
        case undecodable
        /// The value cannot be written as JSON.
        case unencodable
        /// The time to live is zero or negative.
        case invalidTTL
        /// The calling task was cancelled.
        case cancelled
    }

    /// What the cache was asked to do.
    @nonexhaustive
    public enum Operation: String, Sendable, Hashable {
        /// Reading a value.
        case get
        /// Storing one value.
        case set
        /// Storing several values together.
        case setAll
        /// Removing a value.
        case delete
        /// Removing values by a pattern.
        case clearPattern
        /// Remembering a function's results.
        case cached
    }

    /// The kind of failure.
    public let code: Code
    /// What the cache was asked to do.
    public let operation: Operation
    /// What happened, in words.
    public let message: String
    /// The error that caused this one: a `RedisError`, or one of encoding or decoding, whose text may hold a value.
    public let underlyingError: (any Error)?

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - code: The kind of failure.
    ///   - operation: What the cache was asked to do.
    ///   - message: What happened, without keys or values.
    ///   - underlyingError: The error that caused this one.
    public init(_ code: Code, operation: Operation, message: String, underlyingError: (any Error)? = nil) {
        self.code = code
        self.operation = operation
        self.message = message
        self.underlyingError = underlyingError
    }

    /// The error in words: the operation and what happened.
    public var description: String { "cache \(operation.rawValue): \(message)" }
}
