import Logging

extension DeliveryHandler {
    /// What a running task sends, as effects.
    ///
    /// - Returns: The effects; the result to come of what is sent, and what counts as the task's children.
    func canvasEffects(
        of sending: TaskSending,
        for request: TaskRequest
    ) throws(CeleryError) -> (effects: [Effect], results: (result: JSONValue, children: [JSONValue])) {
        let message = request.message
        let priority = configuration.inheritsParentPriority ? message.priority : nil
        var sender = CanvasSender(canvas, parent: .init(id: message.id, root: message.rootID, priority: priority))
        let node = CanvasNode(sending.signature)
        var effects: [Effect] = []
        if sending.joinsChord, let group = message.group {
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

    /// Makes a plan true: calls error callbacks, stores, sends, acknowledges, and settles the chords that this completes.
    func conclude(_ plan: CompletionPlan, _ deliveries: [Delivery], of key: HeldMessages.Key) async {
        var plan = plan
        var called = 0
        var isOpen = true
        while isOpen {
            for errback in plan.errbacks[called...] { await call(errback, plan) }
            called = plan.errbacks.count
            let completion = Completion(deliveries: deliveries, disposition: plan.disposition, effects: plan.effects)
            isOpen = false
            let outcome = await untilDone(evenInColdStop: held.acknowledgement(of: key) != .none) {
                try await consumer.complete(completion, storingIn: results)
            }
            switch outcome {
            case .done, nil:
                break
            case .notHeld:
                guard stop.phase < .cold else { return }
                logger.warning("a delivery was no longer held when its task ended", metadata: ["id": "\(key.id)"])
            case .claimed(let claims):
                plan.settle(claims)
                isOpen = true
            }
        }
    }

    private func call(_ errback: CompletionPlan.Errback, _ plan: CompletionPlan) async {
        guard let callback = registry.errorCallbacks[errback.name] else { return }
        let link = TaskLink(
            report: { _, _ in },
            send: { sending in
                let (effects, results) = try canvasEffects(of: sending, for: plan.request)
                try await broker.perform(effects, storingIn: self.results)
                return results.result
            }
        )
        let context = TaskContext(request: plan.request, registry: registry, logger: logger, link: link)
        do {
            // The program's own code may compute or block, which an event loop must not.
            try await withTaskExecutorPreference(globalConcurrentExecutor) {
                try await callback(errback.failure, context)
            }
        } catch {
            // celery/backends/base.py, _call_task_errbacks: the task has failed all the same.
            logger.error(
                "Errback \(errback.name) raised an exception",
                metadata: ["id": "\(errback.failure.id)", "exception": "\(PythonException(error).type)"]
            )
        }
    }
}
