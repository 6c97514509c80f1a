package import Celery
import Foundation
import Redis

/// A failure of a command, as one sentence for the person who gave it.
package struct CommandError: Error, CustomStringConvertible {
    /// What went wrong.
    package let description: String
    /// What the program ends with.
    package let exitCode: Int32

    /// Makes an error.
    package init(_ description: String, exitCode: Int32 = EXIT_FAILURE) {
        self.description = description
        self.exitCode = exitCode
    }

    /// The sentence for an error of the task queue.
    package init(_ error: CeleryError) {
        guard let cause = error.underlyingError as? RedisError else {
            self.init(error.description)
            return
        }
        switch cause.code {
        case .connectionFailed, .timedOut, .connectionClosed, .tlsFailed:
            self.init("Redis at \(cause.server) cannot be reached: \(cause.message)")
        case .authentication:
            self.init("Redis at \(cause.server) does not let us in: \(cause.message)")
        default:
            self.init("Redis at \(cause.server): \(cause.message)")
        }
    }
}
