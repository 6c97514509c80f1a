import Foundation
import Logging
import Synchronization

/// Listens to what other workers say of themselves (celery/worker/consumer/gossip.py).
final class Gossip: Sendable {
    /// What is known of another worker.
    private struct Neighbor {
        var lastSeen: Date
        var interval: Double
    }

    private let node: WorkerNode
    private let neighbors = Mutex<[String: Neighbor]>([:])

    init(_ node: WorkerNode) {
        self.node = node
    }

    /// Takes an event of a worker, this one's own included.
    func receive(_ broadcast: Broadcast) async {
        // Other programs' events that cannot be read concern nobody here.
        guard let message = try? Message(envelope: broadcast.envelope),
            let event = try? JSONValue(parsing: message.body)
        else { return }
        let type = event["type"]?.stringValue
        switch type {
        case "worker-elect":
            // Whoever sends heartbeats is counted among the voters, so a candidate waits for this.
            guard let id = event["id"] else { return }
            await node.events.send("worker-elect-ack", ["id": id])
        case "worker-elect-ack":
            break
        default:
            guard let name = message.headers["hostname"]?.stringValue ?? event["hostname"]?.stringValue else { return }
            guard name != node.name else {
                node.clock.forward()
                return
            }
            node.clock.adjust(to: event["clock"]?.intValue ?? 0)
            note(name, event, hasLeft: type == "worker-offline")
        }
    }

    private func note(_ name: String, _ event: JSONValue, hasLeft: Bool) {
        let interval = event["freq"]?.doubleValue ?? 2
        let wasKnown = neighbors.withLock { neighbors in
            defer { neighbors[name] = hasLeft ? nil : Neighbor(lastSeen: Date(), interval: interval) }
            return neighbors[name] != nil
        }
        if hasLeft {
            node.logger.debug("\(name) left")
        } else if !wasKnown {
            node.logger.debug("\(name) joined the party")
        }
    }

    /// Looks from time to time who has fallen silent, until cancelled.
    func run() async {
        while (try? await Task.sleep(for: .seconds(5))) != nil {
            for name in takeLost(at: Date()) { node.logger.info("missed heartbeat from \(name)") }
        }
    }

    /// celery/events/state.py, HEARTBEAT_EXPIRE_WINDOW: twice the time between two heartbeats.
    private func takeLost(at now: Date) -> [String] {
        neighbors.withLock { neighbors in
            let lost = neighbors.filter { now.timeIntervalSince($0.value.lastSeen) > 2 * $0.value.interval }.keys
            for name in lost { neighbors[name] = nil }
            return lost.sorted()
        }
    }
}
