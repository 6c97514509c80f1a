import Celery
import Redis
import Synchronization

extension RedisConsumer {
    func release(_ deliveries: [Delivery], countingLoss isLoss: Bool) async throws {
        try await mappingErrors {
            _ = try await recovery.restore(deliveries.filter(\.isHeld)) { _, losses in isLoss ? losses + 1 : losses }
        }
        forget(deliveries)
        broadcasts.putBack(deliveries.filter { !$0.isHeld })
    }

    func noteRun(of deliveries: [Delivery]) async throws {
        for delivery in deliveries where delivery.isHeld {
            let message: Message
            do {
                message = try Message(envelope: delivery.envelope)
            } catch {
                continue
            }
            let noted = message.markedRedelivered(deliveryCount: message.deliveryCount + 1)
            let script = NoteRunScript(
                unacked: keys.unacked,
                tag: delivery.tag,
                queue: delivery.queue,
                envelope: noted.envelope()
            )
            if try await mappingErrors({ try await redis.evaluate(script) }) {
                state.withLock { _ = $0.suspects.insert(delivery.tag) }
            }
        }
    }

    /// How often a message was lost that this consumer has held, and has not been lost with.
    @Sendable func losses(of tag: String, stored losses: Int) -> Int {
        state.withLock { $0.suspects.contains(tag) } ? losses - 1 : losses
    }
}
