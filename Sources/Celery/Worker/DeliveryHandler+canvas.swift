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

    /// What making a plan true has come to.
    struct Conclusion {
        /// The deliveries of the last try.
        var deliveries: [Delivery]
        /// Whether they have ended with it.
        var isDone: Bool
    }

    /// Makes a plan true: calls error callbacks, stores, sends, acknowledges, and settles the chords that this completes.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - key: The message.
    ///   - deliveries: Those that are held of it. It is asked before each try, for while one fails, the message may be
    ///     restored by somebody else and come here again.
    /// - Returns: What it came to.
    @discardableResult
    func conclude(
        _ plan: CompletionPlan,
        of key: HeldMessages.Key,
        _ deliveries: @escaping @Sendable () -> [Delivery]
    ) async -> Conclusion {
        var plan = plan
        defer { plan.setting.canvas.spans?.end() }
        var called = 0
        while true {
            for errback in plan.errbacks[called...] { await call(errback, plan) }
            called = plan.errbacks.count
            let (disposition, effects) = (plan.disposition, plan.effects)
            let lastTry = await untilDone(evenInColdStop: held.acknowledgement(of: key) != .none) {
                let deliveries = deliveries()
                let completion = Completion(deliveries: deliveries, disposition: disposition, effects: effects)
                return (deliveries, try await consumer.complete(completion, storingIn: results))
            }
            guard let (tried, outcome) = lastTry else { return Conclusion(deliveries: deliveries(), isDone: false) }
            switch outcome {
            case .done:
                await node.announce(plan.effects)
                return Conclusion(deliveries: tried, isDone: true)
            case .notHeld where deliveries() != tried:
                // It has come here again meanwhile.
                continue
            case .notHeld:
                if stop.phase < .cold {
                    logger.warning("a delivery was no longer held when its task ended", metadata: ["id": "\(key.id)"])
                }
                return Conclusion(deliveries: tried, isDone: false)
            case .claimed(let claims):
                plan.settle(claims)
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
