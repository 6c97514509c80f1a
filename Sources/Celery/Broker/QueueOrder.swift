/// In which order a consumer reads its queues, within each priority (kombu's `queue_order_strategy`).
public enum QueueOrder: String, Sendable, Hashable, CaseIterable {
    /// The queue that was read last comes last, so that none is left out.
    case roundRobin = "round_robin"
    /// By name: a queue is only read while those before it are empty.
    case sorted
    /// As they were given: a queue is only read while those before it are empty.
    case priority

    /// The queues in the order in which they are read next.
    ///
    /// - Parameters:
    ///   - queues: The queues as they were given.
    ///   - turn: How often they were read before.
    /// - Returns: The queues in order.
    package func arrange(_ queues: [Queue], turn: Int) -> [Queue] {
        switch self {
        case .priority: return queues
        case .sorted:
            return queues.sorted { left, right in
                // By code points, as Python sorts.
                left.name.rawValue.unicodeScalars.lexicographicallyPrecedes(right.name.rawValue.unicodeScalars)
            }
        case .roundRobin:
            guard !queues.isEmpty else { return queues }
            let start = turn % queues.count
            return Array(queues[start...] + queues[..<start])
        }
    }
}
