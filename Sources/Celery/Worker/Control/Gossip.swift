import Foundation
import Logging

/// Listens to what other workers say of themselves, and elects one of them (celery/worker/consumer/gossip.py).
struct Gossip: Sendable {
    let node: WorkerNode

    /// Takes an event of a worker, this one's own included.
    func receive(_ broadcast: Broadcast) async {
        // celery/events/receiver.py: JSON, and what a fleet writes its events in.
        let settings = ContentSettings(accepted: [.json, .auth], security: node.configuration.content.security)
        // Other programs' events that cannot be read concern nobody here.
        guard let message = try? Message(envelope: broadcast.envelope), let event = try? message.content(settings)
        else {
            return
        }
        let type = event["type"]?.stringValue
        switch type {
        case "worker-elect":
            await receiveCandidate(event)
        case "worker-elect-ack":
            guard let id = event["id"], let name = event["hostname"]?.stringValue else { return }
            node.party.update(id) { $0.acknowledge(node: name) }
            await decide()
        default:
            guard let name = message.headers["hostname"]?.stringValue ?? event["hostname"]?.stringValue else { return }
            guard name != node.name else {
                node.clock.forward()
                return
            }
            node.clock.adjust(to: event["clock"]?.intValue ?? 0)
            await note(name, event, hasLeft: type == "worker-offline")
        }
    }

    private func note(_ name: String, _ event: JSONValue, hasLeft: Bool) async {
        if hasLeft {
            node.party.leave(name)
            node.logger.debug("\(name) left")
            // Nobody waits for it any more.
            await decide()
            return
        }
        let interval = event["freq"]?.doubleValue ?? 0
        // A worker says what it likes; Celery's say 2.
        if node.party.note(name, interval: .seconds(interval > 0 && interval < 86_400 ? interval : 2)) {
            node.logger.debug("\(name) joined the party")
        }
    }

    /// Looks from time to time who has fallen silent, until cancelled.
    func run() async {
        while (try? await Task.sleep(for: .seconds(5))) != nil {
            for name in node.party.takeLost() { node.logger.info("missed heartbeat from \(name)") }
            await decide()
        }
    }

    // MARK: Elections

    /// Stands in an election.
    ///
    /// - Parameters:
    ///   - id: The election.
    ///   - topic: What it is about.
    ///   - action: What the winner does.
    func stand(in id: JSONValue, topic: JSONValue, action: JSONValue) async {
        // Celery's workers stand with their own time, and decide when they have counted enough voices, whoever else may come:
        // two of them may choose different ones. So ours stand before all of them.
        let clock = 0
        let pid = Int(ProcessInfo.processInfo.processIdentifier)
        let candidate = Election.Candidate(clock: clock, node: node.name, pid: pid)
        node.party.begin(Election(topic: topic, action: action, candidate: candidate), id: id)
        await node.events.send(
            "worker-elect",
            ["clock": .integer(clock), "id": id, "topic": topic, "action": action, "cver": 1]
        )
    }

    private func receiveCandidate(_ event: JSONValue) async {
        guard let id = event["id"], let name = event["hostname"]?.stringValue, let clock = event["clock"]?.intValue,
            let pid = event["pid"]?.intValue
        else {
            node.logger.error("election request missing field")
            return
        }
        node.party.update(id) { $0.stand(.init(clock: clock, node: name, pid: pid), node: name) }
        // Not oneself: a worker of Celery's that counts enough voices while it knows a single candidate ends.
        if name != node.name { await node.events.send("worker-elect-ack", ["id": id]) }
        await decide()
    }

    /// Ends what can be ended, and does what was won.
    private func decide() async {
        for (id, election) in node.party.takeDecided(for: node.name) {
            let shown = id.exactPythonRepr
            guard election.leader.name == "\(node.name).\(ProcessInfo.processInfo.processIdentifier)" else {
                node.logger.info("node \(election.leader.name) elected for \(shown)")
                continue
            }
            node.logger.info("I won the election \(shown)")
            guard election.topic == "task" else {
                node.logger.error("Unknown election topic \(election.topic.exactPythonRepr)")
                continue
            }
            await call(election.action)
        }
    }

    /// Sends a signature.
    private func call(_ action: JSONValue) async {
        do {
            var sender = CanvasSender(node.canvas)
            let signature = try action.stringValue.map { Signature($0) } ?? Signature(json: action)
            try sender.send(CanvasNode(signature))
            try await node.broker.perform(sender.effects, storingIn: node.results)
            await node.announce(sender.effects)
        } catch {
            node.logger.error("Could not call task", metadata: ["error": "\(error)"])
        }
    }
}
