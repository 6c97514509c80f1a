/// The state of a task as stored with its result: one of Celery's, or any word a task made up.
public struct TaskState: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// The state as it stands on the wire.
    public let rawValue: String

    /// Takes over a state.
    ///
    /// - Parameter rawValue: The state as it stands on the wire.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Takes over a state.
    ///
    /// - Parameter text: The state as it stands on the wire.
    public init(_ text: String) {
        rawValue = text
    }

    /// Takes over a state.
    ///
    /// - Parameter value: The state as it stands on the wire.
    public init(stringLiteral value: String) {
        rawValue = value
    }

    // celery/states.py

    /// Nothing is stored: the task waits, or nobody knows it.
    public static let pending: TaskState = "PENDING"
    /// A worker has taken the task; only seen in events.
    public static let received: TaskState = "RECEIVED"
    /// The task runs.
    public static let started: TaskState = "STARTED"
    /// The task runs and says how far it is; Celery's documentation uses this word for custom progress.
    public static let progress: TaskState = "PROGRESS"
    /// The task has returned a value.
    public static let success: TaskState = "SUCCESS"
    /// The task has failed.
    public static let failure: TaskState = "FAILURE"
    /// The task has failed and will run again.
    public static let retry: TaskState = "RETRY"
    /// The task was revoked, or had expired.
    public static let revoked: TaskState = "REVOKED"
    /// The task rejected its message; only seen in events.
    public static let rejected: TaskState = "REJECTED"
    /// The task asked to be ignored; never stored.
    public static let ignored: TaskState = "IGNORED"

    /// Whether the state is final: SUCCESS, FAILURE or REVOKED.
    public var isReady: Bool {
        self == .success || self == .failure || self == .revoked
    }

    /// Whether the result under this state is an exception: FAILURE, REVOKED or RETRY.
    public var holdsException: Bool {
        self == .failure || self == .revoked || self == .retry
    }

    /// The state as it stands on the wire.
    public var description: String { rawValue }
}
