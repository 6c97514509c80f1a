public import Logging
import Synchronization

/// A broker that keeps what is sent and delivers nothing, for tests of what a program sends.
///
/// ```swift
/// let broker = RecordingBroker()
/// let client = CeleryClient(broker: broker, results: MemoryResultBackend())
/// try await signUp(user, client)
/// #expect(try broker.calls(of: SendWelcome.self).map(\.address) == ["ada@example.org"])
/// ```
public final class RecordingBroker: SimpleBroker {
    private let messages = Mutex<[OutgoingMessage]>([])

    /// Makes a broker to which nothing was sent yet.
    public init() {}

    /// All messages, in the order in which they were sent.
    public var sent: [OutgoingMessage] { messages.withLock { $0 } }

    /// All calls of tasks, in the order in which they were sent.
    ///
    /// - Throws: ``MessageError`` when something else than a task was sent.
    public var calls: [TaskMessage] {
        get throws { try sent.map { try TaskMessage($0.message) } }
    }

    /// The arguments with which a task was called, in order.
    ///
    /// - Parameters:
    ///   - parameters: The task.
    ///   - name: The name it is called by, if not its own.
    /// - Returns: The arguments of each call.
    /// - Throws: ``ArgumentError`` when a call does not fit the task.
    public func calls<Parameters: TaskParameters>(
        of parameters: Parameters.Type,
        as name: String? = nil
    ) throws -> [Parameters] {
        try calls.filter { $0.task == name ?? Parameters.taskName }
            .map { try Parameters(args: $0.args, kwargs: $0.kwargs) }
    }

    /// Forgets what was sent.
    public func reset() {
        messages.withLock { $0 = [] }
    }

    /// Does nothing.
    public func declare(_ queues: [Queue]) async throws {}

    /// Does nothing.
    public func delete(_ queues: [Queue]) async throws {}

    /// Finds nothing to throw away.
    public func purge(_ queues: [QueueName]) async throws -> Int { 0 }

    /// Keeps messages.
    public func publish(_ messages: [OutgoingMessage]) async throws {
        self.messages.withLock { $0 += messages }
    }

    /// A consumer that never gets anything.
    public func makeConsumer(_ configuration: ConsumerConfiguration, logger: Logger) -> any Consumer {
        MemoryBroker().makeConsumer(configuration, logger: logger)
    }
}
