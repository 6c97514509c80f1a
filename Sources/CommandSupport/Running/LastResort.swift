import Foundation
import Logging

/// Ends the process when a task in it does not end by itself: nothing else can stop code that ignores cancellation.
enum LastResort {
    /// How long after a cold stop began the process may go on.
    static let patience = Duration.seconds(10)

    /// Ends the process after a time, with the exit code of a stop.
    ///
    /// Once begun it cannot be called off.
    static func arm(after time: Duration, logger: Logger) {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
        // A thread of its own: those that run Swift's tasks may all be held by tasks that do not end.
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: seconds)
            logger.critical("The stop takes too long: a task ignores its cancellation, or a server is away. Ending.")
            _exit(EXIT_SUCCESS)
        }
    }
}
