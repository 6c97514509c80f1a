import Celery
import Foundation
import Redis

extension RedisConsumer {
    /// Parked messages come back so much before their time: for the rest of it they wait in a worker's memory.
    static let parkingLead = Duration.seconds(2)

    func park(_ deliveries: [Delivery], until eta: Date) async throws -> Bool {
        let script = ParkScript(
            unacked: keys.unacked,
            unackedIndex: keys.unackedIndex,
            parked: keys.parked,
            tags: deliveries.map(\.tag),
            newTag: KeyNames.parkedTag + UUID().uuidString.lowercased(),
            eta: eta.timeIntervalSince1970,
            visibilityTimeout: configuration.visibilityTimeout / .seconds(1),
            // Every consumer looks at least once before it is due.
            leastTime: Int((configuration.sweepInterval + Self.parkingLead) / .milliseconds(1))
        )
        let isParked = try await mappingErrors { try await redis.evaluate(script) }
        if isParked { forget(deliveries) }
        return isParked
    }

    func parked(limit: Int) async throws -> [ParkedDelivery] {
        try await mappingErrors { try await recovery.parked(limit: limit) }
    }
}
