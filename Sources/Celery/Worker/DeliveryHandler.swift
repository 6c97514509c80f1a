import Foundation
import Logging
import Tracing

/// Takes one delivery from its message to its end: decode, admit, run, complete.
struct DeliveryHandler: Sendable {
    let broker: any Broker
    let consumer: any Consumer
    let results: any ResultBackend
    let configuration: WorkerConfiguration
    let middleware: [any TaskMiddleware]
    /// Where it works, if that is an event loop.
    let executor: (any TaskExecutor)?
    let registry: TaskRegistry
    let pool: any WorkerPool
    let gate: PrefetchGate
    let schedule: Schedule
    let rates: RateLimits
    let stop: StopControl
    let node: WorkerNode
    let logger: Logger
    /// How tasks and their ends send.
    let canvas: CanvasSender.Environment
    let held = HeldMessages()

    /// Sees a delivery through.
    ///
    /// - Parameters:
    ///   - delivery: The delivery.
    ///   - ticket: Its place in the pool's line.
    func handle(_ delivery: Delivery, ticket: PoolTicket) async {
        defer { ticket.leave() }
        let message: TaskMessage
        do {
            message = try TaskMessage(Message(envelope: delivery.envelope), content: configuration.content)
        } catch {
            await setAside(delivery, because: error)
            gate.give()
            return
        }
        let key = HeldMessages.Key(message, queue: delivery.queue)
        guard held.begin(key, delivery) else {
            logger.warning("Task \(message.displayName)[\(message.id)] was delivered again while it runs here")
            gate.give()
            return
        }
        var request = TaskRequest(message: message, queue: delivery.queue, nodeName: configuration.nodeName)
        request.isBroadcast = delivery.isBroadcast
        if delivery.isLost {
            ticket.leave()
            await endLost(request, key)
            gate.give()
            return
        }
        if !message.message().wasParked { logger.info("Task \(message.displayName)[\(message.id)] received") }
        let task = node.state.receive(request)
        defer { node.state.end(task) }
        switch admit(request) {
        case .refuse(let completion):
            ticket.leave()
            await finish(key, completion)
        case .wait(let date):
            ticket.leave()
            if await park(key, until: date) {
                node.received(message)
                break
            }
            gate.give()
            node.schedule(task, until: date)
            if await schedule.wait(until: date) {
                gate.take(1)
                node.reserve(task)
                await runInTurn(task, delivery, key)
            } else {
                gate.take(1)
                await handBack(key)
            }
        case .run where await node.wasRevokedWhileScheduled(request):
            ticket.leave()
            await finish(key, plan(.revoked(reason: "revoked"), request))
        case .run:
            node.received(message)
            if rates.startsNow(message.task) {
                await run(task, delivery, key, ticket)
            } else {
                ticket.leave()
                await runInTurn(task, delivery, key)
            }
        }
        gate.give()
    }

    // MARK: Admission

    private enum Admission {
        case run
        case wait(until: Date)
        case refuse(CompletionPlan)
    }

    private func admit(_ request: TaskRequest) -> Admission {
        let task = "\(request.message.displayName)[\(request.id)]"
        guard registry[request.task] != nil else {
            logger.error("Received unregistered task of type '\(request.task)'.", metadata: ["id": "\(request.id)"])
            node.events.taskUnknown(request.message)
            return .refuse(plan(.failure(.notRegistered(request.task), traceback: nil), request))
        }
        let losses = request.message.message().deliveryCount
        if losses >= configuration.maxDeliveries {
            let reason = "lost with its worker or process \(losses == 1 ? "once" : "\(losses) times")"
            logger.error("Task \(task) was set aside: \(reason)")
            let outcome = TaskOutcome.failure(.workerLost("Task was \(reason)."), traceback: nil)
            var refusal = plan(outcome, request)
            refusal.disposition = .deadLetter(reason: reason)
            node.events.taskReceived(request.message)
            node.events.taskEnded(TrackedTask(request, number: 0), outcome, refusal, runtime: .zero)
            return .refuse(refusal)
        }
        if node.isRefusedByStampAlone(request) { node.received(request.message) }
        if let outcome = node.refusal(of: request) { return .refuse(plan(outcome, request)) }
        if let eta = request.message.eta, eta > Date() { return .wait(until: eta) }
        return .run
    }

    func runOrRefuse(_ task: TrackedTask, _ delivery: Delivery, _ key: HeldMessages.Key) async {
        if let outcome = node.refusal(of: task.request) {
            await finish(key, plan(outcome, task.request))
        } else {
            let ticket = pool.ticket()
            await run(task, delivery, key, ticket)
            ticket.leave()
        }
    }

    // MARK: Running

    private func run(
        _ task: TrackedTask,
        _ delivery: Delivery,
        _ key: HeldMessages.Key,
        _ ticket: PoolTicket
    ) async {
        let request = task.request
        let options = node.options(of: request.task)
        if let plan = await repeatedSuccess(of: request, options) {
            await finish(key, plan)
            return
        }
        let observer = RunObserver(handler: self, task: task, options: options, key: key)
        let job = PoolJob(
            request: request,
            envelope: delivery.envelope,
            timeLimit: PoolJob.limit(request.message.timeLimit, options.timeLimit, configuration.timeLimit),
            softTimeLimit: PoolJob.limit(
                request.message.softTimeLimit,
                options.softTimeLimit,
                configuration.softTimeLimit
            ),
            control: task.control
        )
        let outcome = await ticket.run(job, observer) ?? node.refusal(of: request) ?? .interrupted
        let isAcknowledged = held.acknowledgement(of: key) == .done
        if case .interrupted = outcome, !isAcknowledged {
            if task.phase == .active { node.events.taskCancelled(task.id) }
            await handBack(key)
            return
        }
        let plan = plan(
            outcome,
            request,
            children: observer.children,
            isAcknowledged: isAcknowledged,
            context: observer.context
        )
        let runtime = observer.runtime
        if let line = OutcomeLine(outcome, plan, runtime: runtime) {
            logger.log(level: line.level, "\(line.text)", metadata: line.metadata)
        }
        // The next run of a retried task may begin as soon as its message is sent.
        if plan.isRetry { node.events.taskEnded(task, outcome, plan, runtime: runtime) }
        await finish(key, plan)
        if !plan.isRetry { node.events.taskEnded(task, outcome, plan, runtime: runtime) }
    }

    // MARK: The end

    func plan(
        _ outcome: TaskOutcome,
        _ request: TaskRequest,
        children: [JSONValue] = [],
        isAcknowledged: Bool = false,
        sendsSuccessors: Bool = true,
        context: ServiceContext? = nil
    ) -> CompletionPlan {
        var canvas = canvas
        // What has not run continues what its message carries.
        canvas.spans = ProducerSpans(in: context ?? ServiceContext(headers: request.message.headers))
        return CompletionPlan(
            outcome,
            of: request,
            options: registry[request.task]?.options ?? .init(),
            setting: .init(
                canvas: canvas,
                errorCallbacks: registry.errorCallbackNames,
                inheritsPriority: configuration.inheritsParentPriority,
                isAcknowledged: isAcknowledged,
                children: children,
                results: results.settings,
                sendsSuccessors: sendsSuccessors
            )
        )
    }

    func acknowledgeEarly(_ key: HeldMessages.Key) async -> Bool {
        let deliveries = held.deliveries(of: key)
        held.setAcknowledgement(.uncertain, of: key)
        guard let isDone = await untilDone({ try await consumer.acknowledge(deliveries) }) else { return false }
        held.setAcknowledgement(isDone ? .done : .none, of: key)
        return isDone
    }

    /// Notes that a message which was lost before runs now.
    ///
    /// - Returns: False if a cold stop came first.
    func noteRun(_ key: HeldMessages.Key) async -> Bool {
        let deliveries = held.deliveries(of: key)
        return await untilDone { try await consumer.noteRun(of: deliveries) } != nil
    }

    func finish(_ key: HeldMessages.Key, _ plan: CompletionPlan) async {
        guard !plan.goesBack else { return await handBack(key, isLoss: plan.isLoss) }
        let conclusion = await conclude(plan, of: key) { [held] in held.deliveries(of: key) }
        await forget(key, after: conclusion)
        if plan.isExpired { await node.rememberRevoked([plan.request.id]) }
    }

    func handBack(_ key: HeldMessages.Key, isLoss: Bool = false) async {
        let isUncertain = held.acknowledgement(of: key) == .uncertain
        // Forgotten first: the message may be delivered here again at once, and that is a run of its own.
        let deliveries = held.end(key)
        await untilDone(evenInColdStop: isUncertain) { try await consumer.release(deliveries, countingLoss: isLoss) }
    }

    /// Tries until it works.
    ///
    /// What is held stays leased meanwhile; a worker that stops cold has handed it back. What it has acknowledged early it
    /// cannot hand back, so that is tried once more, for a moment.
    @discardableResult
    func untilDone<R: Sendable>(
        evenInColdStop: Bool = false,
        _ action: @escaping @Sendable () async throws -> R
    ) async -> R? {
        var backoff = Backoff()
        while true {
            let isLastTry = stop.phase >= .cold
            guard !isLastTry || evenInColdStop else { return nil }
            do {
                return isLastTry ? try await within(.seconds(3), action) : try await action()
            } catch {
                logger.warning("consumer: a delivery cannot be ended yet", metadata: ["error": "\(error)"])
                if isLastTry { return nil }
                // A cancelled pause only makes the next try come sooner.
                try? await Task.sleep(for: backoff.next())
            }
        }
    }
}
