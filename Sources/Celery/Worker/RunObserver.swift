import Logging
import Synchronization
import Tracing

/// Follows one run of a task: starts it, surrounds it with middleware, and does what it asks for as it goes on.
final class RunObserver: PoolJobObserver {
    private struct State {
        /// What the task has sent, as results.
        var children: [JSONValue] = []
        var runtime = Duration.zero
        var context: ServiceContext?
    }

    private let handler: DeliveryHandler
    private let task: TrackedTask
    private let options: TaskOptions
    private let key: HeldMessages.Key
    private let state = Mutex(State())

    init(handler: DeliveryHandler, task: TrackedTask, options: TaskOptions, key: HeldMessages.Key) {
        self.handler = handler
        self.task = task
        self.options = options
        self.key = key
    }

    private var request: TaskRequest { task.request }

    /// What the task has sent, as results.
    var children: [JSONValue] { state.withLock { $0.children } }
    /// How long the task ran.
    var runtime: Duration { state.withLock { $0.runtime } }
    /// What was current around the task, which whatever follows from it continues; nil where nothing is traced.
    var context: ServiceContext? { state.withLock { $0.context } }

    func jobWillStart(pid: Int32) async -> Bool {
        guard handler.stop.phase == .none, !handler.node.isRefused(request) else { return false }
        if (options.acknowledgement ?? handler.configuration.acknowledgement) == .early {
            guard await handler.acknowledgeEarly(key) else { return false }
            task.acknowledge()
        } else if request.message.message().deliveryCount > 0 {
            guard await handler.noteRun(key) else { return false }
        }
        handler.node.start(task, pid: pid)
        if options.trackStarted ?? handler.configuration.trackStarted {
            let meta: JSONObject = ["pid": .integer(Int(pid)), "hostname": .string(request.nodeName)]
            await jobReports(.started, meta: .object(meta))
        }
        return true
    }

    func surround(
        _ request: TaskRequest,
        _ run: @Sendable (TaskRequest) async -> TaskOutcome
    ) async -> TaskOutcome {
        await runMiddleware(handler.middleware[...], request, on: handler.executor) { request in
            state.withLock { $0.context = ServiceContext.current }
            let start = ContinuousClock.now
            let outcome = await run(request)
            state.withLock { $0.runtime = ContinuousClock.now - start }
            return task.resolve(outcome).exhausted(request, options)
        }
    }

    func jobReports(_ state: TaskState, meta: JSONValue) async {
        guard !CompletionPlan.ignoresResult(request, options) else { return }
        let (settings, now) = (handler.results.settings, handler.canvas.now())
        let document = CompletionPlan.document(state, meta, request, settings, now: now)
        do {
            try await handler.results.store(document)
        } catch {
            // celery/app/task.py, update_state: a report is not worth a task.
            handler.logger.warning(
                "Task \(request.task)[\(request.id)]: a progress report is lost",
                metadata: ["error": "\(error)"]
            )
        }
    }

    func jobSendsEvent(_ event: TaskEvent) async {
        await handler.node.send(event, of: task)
    }

    func jobSends(_ sending: TaskSending) async throws -> JSONValue {
        let sent = try await handler.send(sending, for: request)
        state.withLock { $0.children += sent.children }
        return sent.result
    }
}
