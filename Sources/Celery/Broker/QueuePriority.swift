/// Priorities as kombu's Redis transport keeps them: a list for each step, read in the order of the steps.
package enum QueuePriority {
    /// The default of the transport option `priority_steps`.
    package static let steps = [0, 3, 6, 9]

    /// The step whose list a message of some priority waits in.
    package static func step(for priority: Int, steps: [Int] = steps) -> Int {
        // kombu/transport/virtual/base.py limits priorities; redis.py, priority: below all steps is the last one.
        let limited = min(max(priority, 0), 9)
        return steps.last { $0 <= limited } ?? steps.last ?? 0
    }
}
