import Logging

/// Turns events of tasks on.
struct EnableEvents: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        guard node.events.enableTaskEvents() else { return ControlAnswer.ok("task events already enabled") }
        node.logger.info("Events of group {task} enabled by remote.")
        return ControlAnswer.ok("task events enabled")
    }
}

/// Turns events of tasks off.
struct DisableEvents: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        guard node.events.disableTaskEvents() else { return ControlAnswer.ok("task events already disabled") }
        node.logger.info("Events of group {task} disabled by remote.")
        return ControlAnswer.ok("task events disabled")
    }
}

/// Says that the worker is alive, now.
struct SendHeartbeat: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        node.logger.debug("Heartbeat requested by remote.")
        // celery/worker/control.py sends this one with a frequency of its own and without the worker's figures.
        var fields: JSONObject = ["freq": 5]
        for (name, value) in Heartbeat.software { fields[name] = value }
        await node.events.send("worker-heartbeat", fields)
        return .null
    }
}

/// Has the worker stand in an election, if it listens to the others.
struct HoldElection: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let required = try arguments.required(["id", "topic"])
        guard node.settings.gossips else { return .null }
        await Gossip(node: node).stand(in: required[0], topic: required[1], action: arguments["action"])
        return .null
    }
}
