/// All that becomes true at once when a delivery ends.
///
/// A broker that shares its server with the result backend applies it in one step: either the results are stored, the
/// successors are queued and the delivery is acknowledged, or nothing of it happened and the delivery is still held.
/// Applying a completion twice is harmless: the second time the delivery is no longer held.
public struct Completion: Sendable {
    /// What becomes of the delivery.
    public enum Disposition: Sendable, Hashable {
        /// The message is done with.
        case acknowledge
        /// The message is kept aside with the reason, for a person to look at.
        case deadLetter(reason: String)
    }

    /// What applying a completion came to.
    public enum Outcome: Sendable {
        /// All of it is true.
        case done
        /// The delivery was not held any more, and nothing was done: another consumer has the message or has ended it.
        case notHeld
        /// The last part of a chord was recorded, and the delivery is still held: the chord is to be settled first.
        case claimed([ChordClaim])
    }

    /// The deliveries of the message that are held here, acknowledged early or not.
    public var deliveries: [Delivery]
    /// What becomes of them.
    public var disposition: Disposition
    /// What becomes true with it.
    public var effects: [Effect]

    /// Makes a completion.
    public init(deliveries: [Delivery], disposition: Disposition = .acknowledge, effects: [Effect] = []) {
        self.deliveries = deliveries
        self.disposition = disposition
        self.effects = effects
    }

    /// Applies the effects where broker and result backend are two servers, which cannot change in one step.
    ///
    /// Results come first, so that nothing is acknowledged without them; then the messages with the acknowledgement.
    ///
    /// - Parameters:
    ///   - results: The result backend.
    ///   - finish: Queues the messages and ends the delivery; returns whether it was held.
    /// - Returns: What it came to.
    /// - Throws: What the backend or `finish` throws.
    package func applyInSteps(
        to results: any ResultBackend,
        finish: ([OutgoingMessage]) async throws -> Bool
    ) async throws -> Outcome {
        let claims = try await results.apply(effects.filter(\.concernsResults))
        guard claims.isEmpty else { return .claimed(claims) }
        var messages = effects.compactMap(\.message)
        var settled: [ChordSettlement] = []
        for case .settleChord(let settlement) in effects
        where try await results.holdChord(settlement.group, token: settlement.token) {
            _ = try await results.apply(settlement.effects.filter(\.concernsResults))
            messages += settlement.effects.compactMap(\.message)
            settled.append(settlement)
        }
        let wasHeld = try await finish(messages)
        for settlement in settled {
            try await results.closeChord(settlement.group, token: settlement.token, isSuccess: settlement.isSuccess)
        }
        return wasHeld ? .done : .notHeld
    }
}

extension Effect {
    /// The message that it sends, if that is all it does.
    var message: OutgoingMessage? {
        if case .publish(let message) = self { message } else { nil }
    }
}
