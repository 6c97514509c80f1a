public import Logging

/// A broker that runs every task as soon as it is sent, in the sender's process: Celery's `task_always_eager`.
///
/// For tests of programs that send tasks. Callbacks, chains and chords run to their end before the sending call returns;
/// retries run at once, whatever their delay; limits of time do not count.
///
/// ```swift
/// var worker = Worker(broker: MemoryBroker(), results: results, logger: logger)
/// worker.register(Add.self) { call, _ in call.x + call.y }
/// let client = worker.eagerClient()
/// let sum = try await client.send(Add(x: 1, y: 2)).value()
/// ```
public struct EagerBroker: SimpleBroker {
    private let runner: EagerRunner

    init(registry: TaskRegistry, results: any ResultBackend, logger: Logger) {
        runner = EagerRunner(registry: registry, results: results, logger: logger)
    }

    /// Does nothing: there are no queues.
    public func declare(_ queues: [Queue]) async throws {}

    /// Does nothing.
    public func delete(_ queues: [Queue]) async throws {}

    /// Finds nothing to throw away.
    public func purge(_ queues: [QueueName]) async throws -> Int { 0 }

    /// Runs the tasks of the messages, one after another.
    ///
    /// - Parameter messages: Task messages.
    /// - Throws: ``MessageError`` for a message that calls no task.
    public func publish(_ messages: [OutgoingMessage]) async throws {
        for message in messages { try await runner.run(message, sentBy: self) }
    }

    /// A consumer that never gets anything: nothing waits here.
    public func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer {
        MemoryBroker().makeConsumer(configuration, logger: logger)
    }
}

/// Runs one call after another, with all that follows.
private struct EagerRunner: Sendable {
    let registry: TaskRegistry
    let results: any ResultBackend
    let logger: Logger

    func run(_ outgoing: OutgoingMessage, sentBy broker: EagerBroker) async throws {
        let message = try TaskMessage(Message(envelope: outgoing.message.envelope()))
        let queue = QueueName(rawValue: message.properties.routingKey)
        let request = TaskRequest(message: message, queue: queue, nodeName: "eager")
        let link = TaskLink(
            report: { state, meta in
                // celery/app/task.py, update_state: a report is not worth a task.
                try? await results.store(
                    ResultDocument(taskID: message.id, state: state, result: meta, groupID: message.group)
                )
            },
            send: { sending in
                let sent = try sending.effects(for: message, .init(), false)
                try await broker.perform(sent.effects, storingIn: results)
                return sent.results.result
            }
        )
        let runner = TaskRunner(registry: registry, logger: logger)
        let outcome = await runner.run(request, softTimeLimit: nil, link: link)
        var plan = CompletionPlan(
            outcome,
            of: request,
            options: registry[request.task]?.options ?? .init(),
            setting: .init(errorCallbacks: registry.errorCallbackNames)
        )
        var called = 0
        while true {
            for errback in plan.errbacks[called...] {
                let context = TaskContext(request: request, registry: registry, logger: logger, link: link)
                try? await registry.errorCallbacks[errback.name]?(errback.failure, context)
            }
            called = plan.errbacks.count
            let completion = Completion(deliveries: [], effects: plan.effects)
            let outcome = try await completion.applyInSteps(to: results) { messages in
                try await broker.publish(messages)
                return true
            }
            guard case .claimed(let claims) = outcome else { return }
            plan.settle(claims)
        }
    }
}

extension Worker {
    /// A client whose tasks run at once in this process, by what is registered here.
    ///
    /// - Returns: The client; its results are kept where the worker keeps its own.
    public func eagerClient() -> CeleryClient {
        CeleryClient(broker: eagerBroker(), results: results)
    }
}
