import Foundation

/// What follows from the way a task ended: the states to store, the messages to send, the end of the delivery.
///
/// Pure: everything that decides is an argument. Chords take more than one step: when the last part of one is recorded,
/// ``settle(_:)`` adds what follows from that.
struct CompletionPlan: Sendable {
    /// What the plan is made with, beside the outcome.
    struct Setting: Sendable {
        /// How what follows is sent.
        var canvas = CanvasSender.Environment()
        /// The error callbacks that are called here instead of being sent.
        var errorCallbacks: Set<String> = []
        /// Whether what follows has the task's own priority (`task_inherit_parent_priority`).
        var inheritsPriority = false
        /// Whether the message was acknowledged before the task ran, so that nothing can go back.
        var isAcknowledged = false
        /// What the task sent itself, as results.
        var children: [JSONValue] = []
        /// How results are kept.
        var results = ResultSettings()
        /// Whether what follows a success is still to be sent.
        var sendsSuccessors = true
        /// The time of the end.
        var now = Date()
    }

    /// An error callback that is called in this process.
    struct Errback: Sendable {
        var name: String
        var failure: TaskFailure
    }

    var disposition: Completion.Disposition = .acknowledge
    /// Whether the message goes back to its queue instead of coming to an end.
    private(set) var goesBack = false
    /// Whether the process that ran the task was lost, so that its message does not go back for ever.
    private(set) var isLoss = false
    /// What becomes true with the end of the delivery.
    var effects: [Effect] = []
    /// What is called before.
    var errbacks: [Errback] = []
    /// The exception of the stored state, for the log.
    private(set) var exception: PythonException?
    /// How long a retry waits; nil if there is none.
    private(set) var retryDelay: Duration?
    /// Whether the task will be run again by a retry.
    var isRetry: Bool { retryDelay != nil }
    /// Whether its time was over before it could run.
    private(set) var isExpired = false

    let request: TaskRequest
    let options: TaskOptions
    let setting: Setting
    /// What the task and its end have sent, as results.
    var children: [JSONValue]
    /// Tells this try to end the task from those of others: the claim of a chord.
    lazy var token = TaskID.random().rawValue.replacing("-", with: "")
    /// Whether the worker ends the task, and not the process that ran it.
    let isEndedByWorker: Bool
    /// The bodies of the chords in which parts ended.
    var bodies: [String: JSONValue] = [:]

    /// Decides.
    ///
    /// - Parameters:
    ///   - outcome: How the task ended.
    ///   - request: Its call.
    ///   - options: Its options.
    ///   - setting: What else decides.
    init(_ outcome: TaskOutcome, of request: TaskRequest, options: TaskOptions, setting: Setting = .init()) {
        self.request = request
        self.options = options
        self.setting = setting
        children = setting.children
        let outcome = outcome.exhausted(request, options)
        isEndedByWorker = outcome.isTheWorkersOwn
        switch outcome {
        case .success(let value):
            succeed(value)
        case .failure(let exception, let traceback):
            fail(exception, traceback)
            keepFailed()
        case .retry(let retry, let cause, let traceback):
            self.retry(retry, cause, traceback)
        case .replaced(let signature):
            replace(with: signature)
        // celery/worker/request.py, reject: of an acknowledged message nothing goes back, and nobody would run it again.
        case .reject(let reason, requeue: true) where setting.isAcknowledged:
            fail(.reject(.string(reason), requeue: true), nil)
        case .reject(_, requeue: true):
            goesBack = true
        case .reject(let reason, requeue: false):
            fail(.reject(.string(reason), requeue: false), nil)
        case .ignore:
            // Nothing is stored, but a chord must not wait for ever.
            endPart(.failure, PythonException("Ignore", module: "celery.exceptions").jsonValue)
        case .revoked(let reason):
            revoke(reason)
        case .workerLost(let how):
            // celery/worker/request.py, on_failure: an acknowledged message cannot be rejected, so its task fails.
            if options.retryOnWorkerLost ?? false {
                retryLost(how)
            } else if options.rejectOnWorkerLost ?? false, !setting.isAcknowledged {
                (goesBack, isLoss) = (true, true)
            } else {
                fail(.workerLost(how), nil)
                keepFailed()
            }
        // Celery stores FAILURE as well (celery/worker/request.py, on_timeout), which is not true: the task runs again.
        case .timeLimitExceeded where options.acksOnTimeout == false && !setting.isAcknowledged:
            (goesBack, isLoss) = (true, true)
        case .timeLimitExceeded(let limit):
            fail(.timeLimitExceeded(limit), nil)
        // Celery stores RETRY here and sends none (celery/worker/request.py, cancel): its callers wait for ever.
        case .interrupted where setting.isAcknowledged:
            let how = "Worker was stopped before its task ended."
            if options.retryOnWorkerLost ?? false { retryLost(how) } else { fail(.workerLost(how), nil) }
        case .interrupted:
            goesBack = true
        }
    }

    // MARK: The ways out

    private mutating func succeed(_ value: JSONValue) {
        // celery/app/trace.py: what cannot be stored is a failure, of kombu's kind.
        if !Self.ignoresResult(request, options) || request.message.embed.chord != nil,
            let problem = setting.results.problem(with: value)
        {
            return fail(.encodeError(problem), nil)
        }
        if request.message.embed.isFollowed, setting.sendsSuccessors {
            do throws(CeleryError) {
                try sendSuccessors(value)
            } catch {
                effects = []
                return fail(.encodeError(error.description), nil)
            }
        }
        if !Self.ignoresResult(request, options) { store(.success, value) }
        endPart(.success, value)
    }

    /// Callbacks, then the rest of the chain (celery/app/trace.py, `_dispatch_callbacks_and_chain`).
    private mutating func sendSuccessors(_ value: JSONValue) throws(CeleryError) {
        var sender = sender()
        let embed = request.message.embed
        // celery/app/trace.py: the task's priority takes the place of one that a successor has of its own.
        var options: JSONObject = [:]
        if setting.inheritsPriority { options["priority"] = .integer(request.message.priority) }
        let callbacks = try (embed.callbacks ?? []).map { json throws(CeleryError) in try Self.node(json) }
        if callbacks.count > 1 {
            for group in callbacks where group.kind == .group {
                try sender.send(group, args: [value], options: options)
            }
            let others = callbacks.filter { $0.kind != .group }
            if !others.isEmpty { try sender.send(CanvasNode(group: others), args: [value], options: options) }
        } else if let only = callbacks.first {
            try sender.send(only, args: [value], options: options)
        }
        if var chain = embed.chain, let next = chain.popLast() {
            options["chain"] = .array(chain)
            options["root_id"] = .string(request.message.rootID.rawValue)
            try sender.send(Self.node(next), args: [value], options: options)
        }
        take(sender)
    }

    private mutating func fail(_ exception: PythonException, _ traceback: String?) {
        self.exception = exception
        let json = exception.jsonValue
        if !Self.ignoresResult(request, options) || options.storeErrorsEvenIfIgnored ?? false {
            store(.failure, json, traceback: traceback)
        }
        endPart(.failure, json)
        failChain(request.message.embed.chain ?? [], exception, traceback)
        let failure = TaskFailure(
            id: request.id,
            task: request.task,
            exception: exception,
            traceback: traceback
        )
        call(request.message.embed.errbacks ?? [], failure, root: request.message.rootID)
    }

    private mutating func retry(
        _ retry: Retry,
        _ cause: PythonException?,
        _ traceback: String?,
        isByTask: Bool = true
    ) {
        let delay = retry.delay ?? options.retryDelay
        retryDelay = delay
        let exception = cause ?? .retry(in: delay)
        self.exception = exception
        var message = request.message.retry(
            // celery/app/amqp.py, as_task_v2: no delay, no ETA.
            at: delay > .zero ? setting.now.addingTimeInterval(delay.seconds) : nil,
            args: retry.args,
            kwargs: retry.kwargs,
            in: setting.canvas.content.timeZone,
            security: setting.canvas.content.security
        )
        // celery/app/task.py, signature_from_request: the next run is stored or not as this one is.
        message.headers["ignore_result"] = .bool(Self.ignoresResult(request, options))
        if let expires = retry.expires {
            message.headers["expires"] = .string(Timestamp(expires).isoFormat(in: setting.canvas.content.timeZone))
        }
        if isByTask {
            children.append(ResultTree(id: request.id.rawValue).json)
        } else {
            // The worker sends it, not the task: it is nobody's child.
            message.headers["parent_id"] = request.message.headers["parent_id"] ?? .null
        }
        effects.append(setting.canvas.publish(OutgoingMessage(again: message, of: request)))
        guard !Self.ignoresResult(request, options) else { return }
        // celery/app/trace.py, handle_retry: what is stored is the cause alone.
        store(.retry, cause?.jsonValue ?? .null, traceback: traceback ?? exception.traceback())
    }

    /// Retries a task whose process is gone (celery/worker/request.py, `_retry_worker_lost`).
    private mutating func retryLost(_ how: String) {
        if let most = options.maxRetries, request.retries >= most {
            fail(.workerLost(how), nil)
            keepFailed()
        } else {
            let exception = PythonException.workerLost(how)
            retry(Retry(), exception, exception.traceback(), isByTask: false)
        }
    }

    /// Keeps the message of a task that failed, if that is wanted.
    private mutating func keepFailed() {
        guard options.acksOnFailure == false, !setting.isAcknowledged else { return }
        disposition = .deadLetter(reason: "its task failed")
    }

    private mutating func replace(with signature: Signature) {
        var sender = sender()
        do throws(CeleryError) {
            try sender.send(Replacement.node(for: request.message, signature, freezer: sender.freezer))
            take(sender)
        } catch {
            fail(.encodeError(error.description), nil)
        }
    }

    private mutating func revoke(_ reason: String) {
        isExpired = reason == Revocation.Reason.expired.rawValue
        let exception = PythonException.taskRevoked(reason)
        self.exception = exception
        if !Self.ignoresResult(request, options) || options.storeErrorsEvenIfIgnored ?? false {
            store(.revoked, exception.jsonValue)
        }
        endPart(.revoked, exception.jsonValue)
    }

    // MARK: What failing leads to

    /// Stores the failure for everything that was to follow in a chain (celery/backends/base.py, `_fail_chain`).
    ///
    /// So clients that wait for the last task of the chain wake up, and chords that wait for one of them go on.
    mutating func failChain(_ chain: [JSONValue], _ exception: PythonException, _ traceback: String?) {
        var pending = chain[...]
        while let json = pending.popFirst() {
            guard let node = try? CanvasNode(json: json) else { continue }
            fail(node, exception, traceback)
            // A chord in a chain ends with its body.
            if let body = node.body { pending.append(body.json) }
        }
    }

    /// Fails one signature that will never be sent.
    private mutating func fail(_ node: CanvasNode, _ exception: PythonException, _ traceback: String?) {
        guard let id = node.id else { return }
        let group = node.option("group_id")
        if let chord = node.options["chord"], !chord.isNull, let group {
            bodies[group] = chord
            let index = node.options["group_index"]?.intValue
            effects.append(
                .endChordPart(
                    ChordPart(
                        group: group,
                        index: index,
                        id: TaskID(id),
                        state: .failure,
                        result: exception.jsonValue,
                        unlessFailed: true,
                        token: token
                    )
                )
            )
        }
        store(
            ResultDocument(
                taskID: TaskID(id),
                state: .failure,
                result: exception.jsonValue,
                traceback: traceback,
                dateDone: setting.now,
                groupID: group,
                parentID: node.option("parent_id").map { TaskID($0) },
                extended: setting.results.isExtended ? ResultDocument.extended(ofUnsent: node.signature) : [:]
            )
        )
    }

    /// Sends error callbacks, and remembers those that are called here (celery/backends/base.py, `_call_task_errbacks`).
    mutating func call(_ signatures: [JSONValue], _ failure: TaskFailure, root: TaskID) {
        var sent: [CanvasNode] = []
        for json in signatures {
            guard let node = try? CanvasNode(json: json) else { continue }
            if setting.errorCallbacks.contains(node.task) {
                var failure = failure
                failure.arguments = RawArguments(args: node.args, kwargs: node.kwargs)
                errbacks.append(Errback(name: node.task, failure: failure))
            } else {
                sent.append(node)
            }
        }
        guard !sent.isEmpty else { return }
        var sender = sender()
        let options: JSONObject = [
            "parent_id": .string(failure.id.rawValue), "root_id": .string(root.rawValue),
        ]
        do throws(CeleryError) {
            try sender.send(CanvasNode(group: sent), args: [.string(failure.id.rawValue)], options: options)
            take(sender)
        } catch {
            // One that cannot be sent does not keep the failure from being stored.
        }
    }

    private mutating func endPart(_ state: TaskState, _ result: JSONValue) {
        guard let chord = request.message.embed.chord, let group = request.message.group else { return }
        bodies[group] = chord
        let part = ChordPart(
            group: group,
            index: request.message.groupIndex,
            id: request.id,
            state: state,
            result: result,
            token: token
        )
        effects.append(.endChordPart(part))
    }

    // MARK: Parts of the decision

    private static func node(_ json: JSONValue) throws(CeleryError) -> CanvasNode {
        do throws(MessageError) {
            return try CanvasNode(json: json)
        } catch {
            throw CeleryError(.codingFailed, "a signature that follows the task cannot be read: \(error)")
        }
    }

    func sender() -> CanvasSender {
        let message = request.message
        let priority = setting.inheritsPriority ? message.priority : nil
        return CanvasSender(setting.canvas, parent: .init(id: message.id, root: message.rootID, priority: priority))
    }

    mutating func take(_ sender: CanvasSender) {
        effects += sender.effects
        children += sender.children.map(\.json)
    }

    private mutating func store(_ state: TaskState, _ result: JSONValue, traceback: String? = nil) {
        var document = Self.document(
            state,
            result,
            request,
            setting.results,
            traceback: traceback,
            now: setting.now
        )
        document.children = .array(children)
        store(document)
    }

    mutating func store(_ document: ResultDocument) {
        effects.append(.store(document))
    }
}

extension TaskEmbed {
    /// Whether something is to be sent when the task succeeds.
    fileprivate var isFollowed: Bool { callbacks?.isEmpty == false || chain?.isEmpty == false }
}
