import Foundation

/// An election among workers, as a candidate sees it (celery/worker/consumer/gossip.py).
///
/// Everybody hears events in the same order, and a worker stands before it acknowledges others. So whoever has heard of
/// all workers knows all candidates, and all of them choose the same one.
struct Election: Sendable {
    /// Who stands, and with what time: the lowest time wins, then the lowest name.
    struct Candidate: Sendable, Hashable, Comparable {
        /// A logical time.
        var clock: Int
        /// The node's name and the number of its process: `w1@host.4711`.
        var name: String

        init(clock: Int, node: String, pid: Int) {
            self.clock = clock
            name = "\(node).\(pid)"
        }

        static func < (lhs: Candidate, rhs: Candidate) -> Bool {
            guard lhs.clock == rhs.clock else { return lhs.clock < rhs.clock }
            // Python compares code points, which have the order of their bytes.
            return lhs.name.utf8.lexicographicallyPrecedes(rhs.name.utf8)
        }
    }

    /// What it is about; `task` is the only thing that there is.
    let topic: JSONValue
    /// What the winner does.
    let action: JSONValue
    /// When it began, on the clock of whoever asks.
    let start: ContinuousClock.Instant
    /// Who leads.
    private(set) var leader: Candidate
    private var heard: Set<String> = []

    /// Begins an election in which oneself stands.
    init(topic: JSONValue, action: JSONValue, candidate: Candidate, start: ContinuousClock.Instant = .now) {
        self.topic = topic
        self.action = action
        self.start = start
        leader = candidate
    }

    /// A worker stands.
    mutating func stand(_ candidate: Candidate, node: String) {
        leader = min(leader, candidate)
        heard.insert(node)
    }

    /// A worker knows a candidate.
    mutating func acknowledge(node: String) {
        heard.insert(node)
    }

    /// Whether all of some workers have been heard of.
    func hasHeard(all nodes: Set<String>) -> Bool { nodes.isSubset(of: heard) }
}
