import Celery
import Logging
import Redis
import Synchronization

extension RedisConsumer {
    /// Compares after a connection was lost what the server says this consumer holds with what it holds.
    func compareAfterReconnecting() async throws {
        let connections = redis.connectionsMade
        let before = state.withLock { $0.comparedAt }
        guard before != connections else { return }
        // Those that block may not have noticed yet; whoever reads looks for itself.
        watch.signal()
        try await restoreForgotten()
        state.withLock { $0.comparedAt = connections }
    }

    /// Restores deliveries that the server keeps for this consumer, and that it does not have.
    ///
    /// The end of their tasks was written to a server that has crashed, or to a master that is none any more, and was
    /// lost with it; or a script took them after its connection had been given up. Nobody else would look at them before
    /// the visibility timeout.
    func restoreForgotten() async throws {
        let tags = try await recovery.tags(withPrefix: tagPrefix)
        // Looked at after the server was asked: what was taken meanwhile is known by now. What has ended meanwhile is no
        // longer at the server, and is not restored.
        let forgotten = state.withLock { state in
            guard !state.isClosed else { return [String]() }
            return tags.filter { tag in
                guard let number = Int(tag.dropFirst(tagPrefix.count)) else { return false }
                return !state.held.contains(tag) && !state.uncertain.contains { $0.contains(number) }
            }
        }
        let restored = try await shielded { try await self.recovery.restore(tags: forgotten, counting: self.losses) }
        if restored > 0 {
            logger.notice("restored messages whose end the server has lost", metadata: ["count": "\(restored)"])
        }
    }
}
