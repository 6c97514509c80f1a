/// The queues that are read.
struct ListQueues: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        .array(node.consumerControl.activeQueues.map(\.jsonValue))
    }
}

/// Reads one more queue.
struct AddQueue: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let queue = try arguments.required("queue").stringValue ?? ""
        var options = arguments.values
        options["queue"] = nil
        try await node.consumerControl.addConsumer(QueueName(queue), options: options)
        return ControlAnswer.ok("add consumer \(queue)")
    }
}

/// Reads a queue no longer.
struct CancelQueue: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let queue = try arguments.required("queue").stringValue ?? ""
        await node.consumerControl.cancelConsumer(QueueName(queue))
        return ControlAnswer.ok("no longer consuming from \(queue)")
    }
}
