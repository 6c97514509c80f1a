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
        // A broadcast's copy is this worker's own: nobody could bring it back to it.
        guard !held.deliveries(of: key).contains(where: \.isBroadcast) else { return false }
        let lastTry = await untilDone {
            let deliveries = held.deliveries(of: key)
            return (deliveries, try await consumer.park(deliveries, until: eta))
        }
        guard let (parked, isParked) = lastTry, isParked else { return false }
        logger.debug("Task \(key.id) waits in the broker for its time", metadata: ["eta": "\(eta)"])
        // What has come meanwhile was restored by somebody, so nothing else may have been parked.
        await forget(key, after: Conclusion(deliveries: parked, isDone: false))
        return true
    }

    /// Runs a task when its rate allows it.
    ///
    /// Meanwhile it takes no slot. It does not keep other messages from being fetched either, unless very many wait in
    /// this way: they are leased, and other workers cannot have them.
    func runInTurn(_ task: TrackedTask, _ delivery: Delivery, _ key: HeldMessages.Key) async {
        let isBeside = rates.waitingCount < Self.mostBeside * gate.limit
        if isBeside { gate.give() }
        let isTurn = await rates.turn(of: task.request.task)
        if isBeside { gate.take(1) }
        if isTurn {
            await runOrRefuse(task, delivery, key)
        } else {
            await handBack(key)
        }
    }

    /// How many times as many messages as are fetched otherwise may wait for the rates of their tasks beside them.
    private static let mostBeside = 10

    /// Forgets a message.
    ///
    /// Those of its deliveries that came while it was being dealt with end with it if it has ended, and go back if not.
    func forget(_ key: HeldMessages.Key, after conclusion: Conclusion) async {
        let late = held.end(key).filter { !conclusion.deliveries.contains($0) }
        guard !late.isEmpty else { return }
        await untilDone {
            if conclusion.isDone {
                _ = try await consumer.complete(Completion(deliveries: late), storingIn: results)
            } else {
                try await consumer.release(late, countingLoss: false)
            }
        }
    }
}
