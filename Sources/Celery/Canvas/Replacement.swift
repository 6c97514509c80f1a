/// Puts a signature in the place of a running task (celery/app/task.py, `replace`).
enum Replacement {
    /// Refuses what cannot replace a task.
    ///
    /// - Throws: ``PythonException``, Celery's `ImproperlyConfigured`.
    static func check(_ signature: Signature) throws(PythonException) {
        if let chord = signature.options["chord"], !chord.isNull {
            throw .improperlyConfigured("A signature replacing a task must not be part of a chord")
        }
        if signature.subtaskType == "chain", signature.kwargs["tasks"]?.arrayValue?.isEmpty ?? true {
            throw .improperlyConfigured("Cannot replace with an empty chain")
        }
    }

    /// The signature with the task's id, and with everything that was to follow the task.
    static func node(for message: TaskMessage, _ signature: Signature, freezer: Freezer) -> CanvasNode {
        var node = CanvasNode(signature)
        // A group ends in many results; the first of a list of lists is the one list that the task was to return.
        let accumulate = CanvasNode("celery.accumulate", kwargs: ["index": 0])
        if node.kind == .group { node = node.followed(by: accumulate) }
        if node.kind == .chain, let last = node.tasks.last, last.kind == .group {
            node.tasks[node.tasks.count - 1] = last.followed(by: accumulate)
        }
        for callback in message.embed.callbacks ?? [] { node.link(callback) }
        for errback in message.embed.errbacks ?? [] { node.linkError(errback) }
        // More tasks may follow the chain below, so its callbacks belong to its last task now.
        if node.kind == .chain, let last = node.tasks.last, node.options["link"] != nil {
            last.options["link"] = .array(last.list("link") + node.list("link"))
            node.options["link"] = nil
        }
        freezer.freeze(node, .init(id: message.id.rawValue))
        let nesting = JSONValue.integer(message.replacedTaskNesting + 1)
        node.options["chord"] = message.embed.chord
        node.options["group_id"] = message.group.map { .string($0) }
        node.options["group_index"] = message.groupIndex.map { .integer($0) }
        node.options["root_id"] = .string(message.rootID.rawValue)
        node.options["replaced_task_nesting"] = nesting
        if node.kind == .chain {
            for task in node.tasks { task.options["replaced_task_nesting"] = nesting }
        }
        for json in (message.embed.chain ?? []).reversed() {
            guard let next = try? CanvasNode(json: json) else { continue }
            next.options["replaced_task_nesting"] = nesting
            node = node.followed(by: next)
        }
        return node
    }
}
