import Logging
import Tracing

extension DeliveryHandler {
    /// Sends what a running task asks for; once, also where the answer to it gets lost.
    ///
    /// - Returns: The result to come of what is sent, and what counts as the task's children.
    func send(
        _ sending: TaskSending,
        for request: TaskRequest
    ) async throws -> (result: JSONValue, children: [JSONValue]) {
        try await withProducerSpans(in: .current) { spans in
            var canvas = canvas
            canvas.spans = spans
            let inheritsPriority = configuration.inheritsParentPriority
            let (effects, results) = try sending.effects(for: request.message, canvas, inheritsPriority)
            guard !effects.isEmpty else { return results }
            let step = Effect.once(step: TaskID.random().rawValue)
            try await tryingAgain { try await broker.perform([step] + effects, storingIn: self.results) }
            await node.announce(effects)
            return results
        }
    }

    /// Tries again while the broker cannot be reached: three times, as Celery does (`task_publish_retry_policy`).
    private func tryingAgain(_ action: () async throws -> Void) async throws {
        var backoff = Backoff()
        for _ in 0..<3 {
            do {
                return try await action()
            } catch let error as CeleryError where error.code == .unavailable {
                try await Task.sleep(for: backoff.next())
            }
        }
        try await action()
    }

    /// Makes a plan true: calls error callbacks, stores, sends, acknowledges, and settles the chords that this completes.
    func conclude(_ plan: CompletionPlan, _ deliveries: [Delivery], of key: HeldMessages.Key) async {
        var plan = plan
        defer { plan.setting.canvas.spans?.end() }
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
            case .done:
                await node.announce(plan.effects)
            case nil:
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
            send: { sending in try await send(sending, for: plan.request).result }
        )
        let context = TaskContext(request: plan.request, registry: registry, logger: logger, link: link)
        do {
            // The program's own code may compute or block, which an event loop must not.
            try await withTaskExecutorPreference(globalConcurrentExecutor) {
                try await ServiceContext.withValue(plan.setting.canvas.spans?.context) {
                    try await callback(errback.failure, context)
                }
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
