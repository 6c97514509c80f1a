import Foundation
import Tracing

/// Sends tasks and reads their results; the workers may be Swift or Python.
public final class CeleryClient: Sendable {
    let broker: any Broker
    let results: any ResultBackend
    let router: TaskRouter
    let content: ContentSettings
    /// The reply id of this program, for answers to what it sends.
    let replyTo = TaskID.random().rawValue
    let clock = LamportClock()
    private let sentEvents: SentEvents?

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - broker: Where messages go.
    ///   - results: Where results are read.
    ///   - router: Where tasks go (`task_routes`, `task_queues`, `task_default_queue`).
    ///   - content: How bodies are written (`task_serializer`, `task_compression`).
    ///   - sendsSentEvents: Whether monitors are told of each task that is sent (`task_send_sent_event`).
    public init(
        broker: any Broker,
        results: any ResultBackend,
        router: TaskRouter = TaskRouter(),
        content: ContentSettings = .init(),
        sendsSentEvents: Bool = false
    ) {
        self.broker = broker
        self.results = results
        self.router = router
        self.content = content
        sentEvents = sendsSentEvents ? SentEvents(broker: broker, clock: clock) : nil
    }

    /// Tells monitors what was sent, if they are to be told.
    func announce(_ effects: [Effect]) async {
        await sentEvents?.announce(effects)
    }

    /// Sends a task by its type.
    ///
    /// - Parameters:
    ///   - parameters: The task's arguments, sent as keywords.
    ///   - options: How it is sent.
    /// - Returns: The result to come.
    /// - Throws: ``CeleryError`` with the code `unavailable` or `codingFailed`.
    @discardableResult
    public func send<Parameters: TaskParameters>(
        _ parameters: Parameters,
        options: SendOptions = .init()
    ) async throws -> AsyncResult<Parameters.Output> {
        let arguments: RawArguments
        do {
            arguments = try parameters.arguments()
        } catch {
            throw CeleryError(
                .codingFailed,
                "the parameters of \(Parameters.taskName) cannot be encoded",
                underlyingError: error
            )
        }
        let id = try await publish(
            Parameters.taskName,
            args: arguments.args,
            kwargs: arguments.kwargs,
            options: options
        )
        return AsyncResult(id: id, backend: results, control: control)
    }

    /// Sends a task by its name, for tasks that only another program defines.
    ///
    /// - Parameters:
    ///   - task: The registered name.
    ///   - args: Positional arguments.
    ///   - kwargs: Keyword arguments.
    ///   - options: How it is sent.
    /// - Returns: The result to come.
    /// - Throws: ``CeleryError`` with the code `unavailable` or `codingFailed`.
    @discardableResult
    public func send(
        _ task: String,
        args: [JSONValue] = [],
        kwargs: JSONObject = [:],
        options: SendOptions = .init()
    ) async throws -> AsyncResult<JSONValue> {
        result(try await publish(task, args: args, kwargs: kwargs, options: options))
    }

    /// The result of a task that was sent before, or elsewhere.
    ///
    /// - Parameter id: The task's id.
    /// - Returns: Its result; one that nobody knows stays pending.
    public func result(_ id: TaskID) -> AsyncResult<JSONValue> {
        AsyncResult(id: id, backend: results, control: control)
    }

    private func publish(
        _ task: String,
        args: [JSONValue],
        kwargs: JSONObject,
        options: SendOptions
    ) async throws -> TaskID {
        let route = try router.route(task, args: args, kwargs: kwargs, options: options.routing)
        var call = TaskCall(task: task, args: args, kwargs: kwargs, options)
        call.replyTo = options.replyTo ?? replyTo
        call.priority = route.options["priority"]?.intValue ?? 0
        call.destination = route.destination
        call.declaring = route.queue
        let message = try call.outgoing(content)
        let outgoing = try await withProducerSpans(in: .current) { spans in
            let outgoing = spans?.started(message) ?? message
            try await publish(outgoing, options.retries)
            return outgoing
        }
        await announce([.publish(outgoing)])
        return call.id
    }

    private func publish(_ outgoing: OutgoingMessage, _ retries: PublishRetries?) async throws {
        guard let retries else { return try await broker.publish([outgoing]) }
        let step = Effect.once(step: TaskID.random().rawValue)
        var failures = 0
        while true {
            do {
                return try await broker.perform([step, .publish(outgoing)], storingIn: results)
            } catch let error as CeleryError where error.code == .unavailable {
                failures += 1
                guard let pause = retries.pause(after: failures) else { throw error }
                try await Task.sleep(for: pause)
            }
        }
    }
}

extension TaskCall {
    /// A call with its options (celery/app/base.py, `send_task`), but for what the client decides.
    fileprivate init(task: String, args: [JSONValue], kwargs: JSONObject, _ options: SendOptions) {
        self.init(task: task, args: args, kwargs: kwargs)
        if let id = options.taskID { self.id = id }
        embed.callbacks = options.link.isEmpty ? nil : options.link.map(\.jsonValue)
        embed.errbacks = options.linkError.isEmpty ? nil : options.linkError.map(\.jsonValue)
        eta = options.countdown.map { Date(timeIntervalSinceNow: $0.seconds) } ?? options.eta
        expires = options.expiresIn.map { Date(timeIntervalSinceNow: $0.seconds) } ?? options.expires
        group = options.groupID
        rootID = options.rootID
        parentID = options.parentID
        shadow = options.shadow
        timeLimit = options.timeLimit
        softTimeLimit = options.softTimeLimit
        ignoreResult = options.ignoreResult
        stampedHeaders = options.stamps.isEmpty ? nil : options.stamps.keys
        stamps = options.stamps
        additionalHeaders = options.headers
        serializer = options.serializer
        compression = options.compression
    }
}
