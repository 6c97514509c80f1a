import Foundation
import Synchronization

/// The other workers that a worker hears, and the elections that it stands in (celery/worker/consumer/gossip.py).
final class Party: Sendable {
    /// What is known of another worker.
    private struct Neighbor {
        var lastSeen: ContinuousClock.Instant
        /// Between two heartbeats.
        var interval: Duration
        /// Whether it has told of itself, or was only met when one of both started.
        var hasJoined: Bool

        /// celery/events/state.py, HEARTBEAT_EXPIRE_WINDOW: twice the time between two heartbeats.
        func isAlive(at now: ContinuousClock.Instant) -> Bool { lastSeen.duration(to: now) <= interval * 2 }
    }

    private struct State {
        var neighbors: [String: Neighbor] = [:]
        var elections: [JSONValue: Election] = [:]
    }

    /// How long an election waits for workers that say that they are alive and nothing else: for those without gossip.
    static let patience = Duration.seconds(5)

    private let state = Mutex(State())

    // MARK: Neighbors

    /// Notes a heartbeat.
    ///
    /// - Returns: Whether the worker was not known.
    func note(_ node: String, interval: Duration, at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            defer { state.neighbors[node] = Neighbor(lastSeen: now, interval: interval, hasJoined: true) }
            return state.neighbors[node]?.hasJoined != true
        }
    }

    /// Notes a worker that was met at the start of one of both; its heartbeats are still to come.
    func greet(_ node: String, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            guard state.neighbors[node] == nil else { return }
            state.neighbors[node] = Neighbor(lastSeen: now, interval: .seconds(2), hasJoined: false)
        }
    }

    /// Forgets a worker that has gone.
    func leave(_ node: String) {
        state.withLock { $0.neighbors[node] = nil }
    }

    /// Forgets the workers that have fallen silent.
    ///
    /// - Returns: Their names, sorted.
    func takeLost(at now: ContinuousClock.Instant = .now) -> [String] {
        state.withLock { state in
            let lost = state.neighbors.filter { !$0.value.isAlive(at: now) }
            for name in lost.keys { state.neighbors[name] = nil }
            return lost.filter(\.value.hasJoined).keys.sorted()
        }
    }

    // MARK: Elections

    /// Begins an election.
    func begin(_ election: Election, id: JSONValue) {
        state.withLock { $0.elections[id] = election }
    }

    /// Notes what was heard in an election; nothing, if one does not stand in it.
    func update(_ id: JSONValue, _ change: (inout Election) -> Void) {
        state.withLock { state in
            guard var election = state.elections[id] else { return }
            change(&election)
            state.elections[id] = election
        }
    }

    /// Ends the elections in which everybody was heard who is alive, or nobody else can be waited for.
    ///
    /// - Parameters:
    ///   - node: This worker, which must have heard itself.
    ///   - now: The present.
    /// - Returns: The elections and their ids.
    func takeDecided(for node: String, at now: ContinuousClock.Instant = .now) -> [(id: JSONValue, election: Election)]
    {
        state.withLock { state in
            guard !state.elections.isEmpty else { return [] }
            let alive = Set(state.neighbors.filter { $0.value.isAlive(at: now) }.keys).union([node])
            let decided = state.elections.filter { _, election in
                election.hasHeard(all: alive) || election.start.duration(to: now) >= Self.patience
            }
            for id in decided.keys { state.elections[id] = nil }
            return decided.map { ($0.key, $0.value) }
        }
    }
}
