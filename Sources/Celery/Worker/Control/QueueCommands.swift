/// The queues that are read.
struct ListQueues: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        .array((node.consumerControl?.activeQueues ?? node.configuration.queues).map(\.jsonValue))
    }
}

/// Reads one more queue.
struct AddQueue: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let queue = try arguments.required("queue").stringValue ?? ""
        var options = arguments.values
        options["queue"] = nil
        try await node.changeableQueues().addConsumer(QueueName(queue), options: options)
        return ControlAnswer.ok("add consumer \(queue)")
    }
}

/// Reads a queue no longer.
struct CancelQueue: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let queue = try arguments.required("queue").stringValue ?? ""
        try await node.changeableQueues().cancelConsumer(QueueName(queue))
        return ControlAnswer.ok("no longer consuming from \(queue)")
    }
}

extension WorkerNode {
    /// The queues, to be changed.
    fileprivate func changeableQueues() throws(PythonException) -> any ConsumerControl {
        guard let consumerControl else {
            throw PythonException("NotImplementedError", message: "the queues of this worker are fixed")
        }
        return consumerControl
    }
}
