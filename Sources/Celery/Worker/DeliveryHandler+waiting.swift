import Foundation
import Logging

extension DeliveryHandler {
    /// Leaves a message whose time is far to the broker.
    ///
    /// - Parameters:
    ///   - key: The message.
    ///   - eta: When it is due.
    /// - Returns: False if it has to be waited for here.
    func park(_ key: HeldMessages.Key, until eta: Date) async -> Bool {
        guard let distance = configuration.parkingDistance, eta.timeIntervalSinceNow > distance.seconds else {
            return false
        }
        let deliveries = held.deliveries(of: key)
        // A broadcast's copy is this worker's own: nobody could bring it back to it.
        guard !deliveries.contains(where: \.isBroadcast),
            await untilDone({ try await consumer.park(deliveries, until: eta) }) == true
        else { return false }
        logger.debug("Task \(key.id) waits in the broker for its time", metadata: ["eta": "\(eta)"])
        await forget(key, ended: deliveries)
        return true
    }

    /// Forgets a message, and ends those of its deliveries that came while it was being dealt with.
    func forget(_ key: HeldMessages.Key, ended deliveries: [Delivery]) async {
        let late = held.end(key).filter { !deliveries.contains($0) }
        guard !late.isEmpty else { return }
        await untilDone { _ = try await consumer.complete(Completion(deliveries: late), storingIn: results) }
    }
}
