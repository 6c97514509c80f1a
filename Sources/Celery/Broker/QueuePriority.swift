/// Priorities as kombu's Redis transport keeps them: a list for each step, read in rising order.
package enum QueuePriority {
    /// The default of the transport option `priority_steps`.
    package static let steps = [0, 3, 6, 9]

    /// The step whose list a message of some priority waits in (kombu transport/redis.py, `priority`).
    package static func step(for priority: Int) -> Int {
        steps.last { $0 <= priority } ?? 0
    }
}
