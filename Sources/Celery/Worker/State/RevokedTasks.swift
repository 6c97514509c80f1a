import DequeModule

/// The ids of revoked tasks, those first that were revoked first; old ones are forgotten, and the first when there are
/// too many (celery/utils/collections.py, `LimitedSet`).
struct RevokedTasks: Sendable {
    /// How many there may be.
    let limit: Int
    /// How long each is kept.
    let lifetime: Duration

    private var times: [TaskID: ContinuousClock.Instant] = [:]
    /// In the order in which they came; an entry whose time is not the one in `times` has been replaced by a later one.
    private var order: Deque<(id: TaskID, time: ContinuousClock.Instant)> = []

    init(limit: Int, lifetime: Duration) {
        self.limit = limit
        self.lifetime = lifetime
    }

    var isEmpty: Bool { times.isEmpty }

    /// The ids, the oldest first.
    var ids: [TaskID] { order.filter { times[$0.id] == $0.time }.map(\.id) }

    func contains(_ id: TaskID) -> Bool { times[id] != nil }

    /// Adds ids; one that is there already becomes the newest.
    mutating func insert(_ ids: some Sequence<TaskID>, at now: ContinuousClock.Instant = .now) {
        for id in ids {
            if times[id] == now { continue }
            times[id] = now
            order.append((id, now))
        }
        purge(at: now)
    }

    /// Forgets what is too old or too much.
    mutating func purge(at now: ContinuousClock.Instant = .now) {
        while let first = order.first {
            let isReplaced = times[first.id] != first.time
            guard isReplaced || times.count > limit || first.time.advanced(by: lifetime) <= now else { return }
            order.removeFirst()
            if !isReplaced { times[first.id] = nil }
        }
    }
}
