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
        return AsyncResult(id: id, backend: results)
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
        AsyncResult(id: try await publish(task, args: args, kwargs: kwargs, options: options), backend: results)
    }

    /// The result of a task that was sent before, or elsewhere.
    ///
    /// - Parameter id: The task's id.
    /// - Returns: Its result; one that nobody knows stays pending.
    public func result(_ id: TaskID) -> AsyncResult<JSONValue> {
        AsyncResult(id: id, backend: results)
    }

    private func publish(
        _ task: String,
        args: [JSONValue],
        kwargs: JSONObject,
        options: SendOptions
    ) async throws -> TaskID {
        let route = try router.route(task, args: args, kwargs: kwargs, options: options.routing)
        var call = TaskCall(task: task, args: args, kwargs: kwargs)
        if let id = options.taskID { call.id = id }
        call.eta = options.countdown.map { Date(timeIntervalSinceNow: $0.seconds) } ?? options.eta
        call.expires = options.expires
        call.priority = route.options["priority"]?.intValue ?? 0
        call.timeLimit = options.timeLimit
        call.softTimeLimit = options.softTimeLimit
        call.ignoreResult = options.ignoreResult
        call.additionalHeaders = options.headers
        call.destination = route.destination
        call.declaring = route.queue
        call.serializer = options.serializer
        call.compression = options.compression
        let message = try call.outgoing(content)
        let outgoing = try await withProducerSpans(in: .current) { spans in
            let outgoing = spans?.started(message) ?? message
            try await broker.publish([outgoing])
            return outgoing
        }
        await announce([.publish(outgoing)])
        return call.id
    }
}
