extension TaskSending {
    /// What a running task sends, as effects.
    ///
    /// - Parameters:
    ///   - message: The task's message.
    ///   - environment: What is decided beside the signature.
    ///   - inheritsPriority: Whether it has the task's own priority (`task_inherit_parent_priority`).
    /// - Returns: The effects; the result to come of what is sent, and what counts as the task's children.
    /// - Throws: ``CeleryError`` with the code `codingFailed` when the signature cannot be sent.
    func effects(
        for message: TaskMessage,
        _ environment: CanvasSender.Environment,
        _ inheritsPriority: Bool
    ) throws(CeleryError) -> (effects: [Effect], results: (result: JSONValue, children: [JSONValue])) {
        let priority = inheritsPriority ? message.priority : nil
        var sender = CanvasSender(
            environment,
            parent: .init(id: message.id, root: message.rootID, priority: priority)
        )
        let node = CanvasNode(signature)
        var effects: [Effect] = []
        if joinsChord, let group = message.group {
            // celery/app/task.py: add_to_chord.
            node.options["group_id"] = .string(group)
            node.options["group_index"] = message.groupIndex.map { .integer($0) }
            node.options["chord"] = message.embed.chord
            node.options["root_id"] = .string(message.rootID.rawValue)
            sender.freezer.freeze(node)
            effects.append(.extendChord(group: group, by: 1))
        }
        let result = try sender.send(node)
        return (effects + sender.effects, (result?.json ?? .null, sender.children.map(\.json)))
    }
}
