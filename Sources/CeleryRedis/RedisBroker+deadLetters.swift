import Celery
import Redis

extension RedisBroker {
    /// The messages that were set aside, the newest first.
    ///
    /// - Returns: The messages, 10,000 at most.
    /// - Throws: `CeleryError` with the code `unavailable`.
    public func deadLetters() async throws -> [DeadLetter] {
        let entries = try await mappingErrors {
            try await redis.send(RawCommand("LRANGE", keys.deadLetters, 0, -1)).decodeByteArrays()
        }
        return entries.compactMap { DeadLetter($0) }
    }

    /// Sends messages that were set aside back to their queues, to be read next and as if they had never been lost.
    ///
    /// - Parameter isWanted: Which of them; those whose queue is not known, and those that are no messages, stay.
    /// - Returns: Those that were sent back. Of several who try, one does it.
    /// - Throws: `CeleryError` with the code `unavailable`; trying again is safe.
    public func requeueDeadLetters(where isWanted: (DeadLetter) -> Bool) async throws -> [DeadLetter] {
        let entries = try await mappingErrors {
            try await redis.send(RawCommand("LRANGE", keys.deadLetters, 0, -1)).decodeByteArrays()
        }
        var requeued: [DeadLetter] = []
        // The newest goes back first, so that the oldest is read first.
        for entry in entries {
            guard let letter = DeadLetter(entry), isWanted(letter), let queue = letter.queue,
                let message = try? Message(envelope: letter.envelope)
            else { continue }
            let script = RequeueScript(
                deadLetters: keys.deadLetters,
                list: keys.list(queue, priority: message.properties.priority),
                entry: entry,
                envelope: message.withoutRedeliveryMarks().envelope()
            )
            if try await mappingErrors({ try await redis.evaluate(script) }) { requeued.append(letter) }
        }
        return requeued
    }
}
