import Celery
import Redis
import Synchronization

extension RedisConsumer {
    /// Ends what kombu restored into this consumer's list although another worker had not ended it.
    ///
    /// These are not acknowledged early: nobody is to end their tasks in the place of this consumer.
    func endForeignCopies() async throws {
        let foreign = state.withLock { $0.foreign }
        guard !foreign.isEmpty else { return }
        let script = CompleteScript(
            unacked: keys.unacked,
            unackedIndex: keys.unackedIndex,
            tags: foreign.map(\.tag),
            operations: EffectOperations([], broker: nil, backend: nil)
        )
        _ = try await mappingErrors { try await redis.complete(script, reading: nil) }
        forget(foreign)
        state.withLock { $0.foreign.removeFirst(foreign.count) }
    }
}
