import Synchronization

/// Runs a task for each member of a set that may change meanwhile.
final class TaskPerKey<Key: Hashable & Sendable>: Sendable {
    private struct State {
        var keys: Set<Key>
        /// Ends the task of a key by finishing.
        var running: [Key: AsyncStream<Void>.Continuation] = [:]
        var starter: AsyncStream<Key>.Continuation?
    }

    private let state: Mutex<State>

    init(_ keys: Set<Key>) {
        state = Mutex(State(keys: keys))
    }

    /// Has tasks start and end so that each member has one.
    func change(to keys: Set<Key>) {
        let ended = state.withLock { state in
            let new = keys.subtracting(state.keys)
            state.keys = keys
            for key in new { state.starter?.yield(key) }
            return state.running.filter { !keys.contains($0.key) }.values
        }
        for continuation in ended { continuation.finish() }
    }

    /// Runs the tasks until cancelled.
    ///
    /// - Parameter body: Runs until it is cancelled.
    func run(_ body: @escaping @Sendable (Key) async -> Void) async {
        let (keys, starter) = AsyncStream.makeStream(of: Key.self)
        state.withLock { state in
            state.starter = starter
            for key in state.keys { starter.yield(key) }
        }
        await withDiscardingTaskGroup { group in
            for await key in keys {
                group.addTask { await self.run(key, body) }
            }
        }
    }

    private func run(_ key: Key, _ body: @escaping @Sendable (Key) async -> Void) async {
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        // A key that was removed and added again at once may still have its old task: it is replaced.
        let (isWanted, previous) = state.withLock { state in
            guard state.keys.contains(key) else { return (false, nil as AsyncStream<Void>.Continuation?) }
            return (true, state.running.updateValue(continuation, forKey: key))
        }
        previous?.finish()
        guard isWanted else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body(key) }
            group.addTask { for await _ in ended {} }
            await group.next()
            group.cancelAll()
        }
    }
}
