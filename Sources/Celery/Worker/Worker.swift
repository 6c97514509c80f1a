import Foundation
public import Logging
public import ServiceLifecycle
import Synchronization

/// A Celery worker: takes task messages from a broker, runs the tasks it knows, and stores what comes of them.
///
/// With the `processes` pool the program is started again for each child: ``run()`` notices that it runs in one and
/// serves the pool instead of the queue. So create the worker, register its tasks and call ``run()`` the same way in
/// every run of the program, and do nothing before it that must not happen once in each child.
///
/// A graceful shutdown is Celery's warm one: nothing new is taken, running tasks end, waiting ones are handed back.
/// Cancellation is the cold one: everything is handed back, then running tasks are stopped. Both return normally.
public struct Worker: Service {
    private let broker: any Broker
    let results: any ResultBackend
    private let configuration: WorkerConfiguration
    private let middleware: [any TaskMiddleware]
    private let logger: Logger
    private var registry = TaskRegistry()
    private var panel = ControlPanel()
    private let running = RunningNode()

    /// Makes a worker without tasks.
    ///
    /// - Parameters:
    ///   - broker: Where messages come from.
    ///   - results: Where states are stored.
    ///   - configuration: How it works.
    ///   - middleware: What runs around each task, the first outermost.
    ///   - logger: Where it reports, in Celery's words.
    public init(
        broker: any Broker,
        results: any ResultBackend,
        configuration: WorkerConfiguration = .init(),
        middleware: [any TaskMiddleware] = [],
        logger: Logger
    ) {
        self.broker = broker
        self.results = results
        self.configuration = configuration
        self.middleware = middleware
        self.logger = logger
    }

    /// The names of the registered tasks, sorted.
    public var taskNames: [String] { registry.names }

    /// Registers what a task does.
    ///
    /// Registering a name twice is a mistake in the program and stops it.
    ///
    /// - Parameters:
    ///   - parameters: The task's parameters, which also name it.
    ///   - name: Another name to answer to.
    ///   - options: How it is acknowledged, limited, retried and stored.
    ///   - perform: What it does; thrown errors become FAILURE, ``Retry``, ``Reject`` and ``Ignore`` what they say.
    public mutating func register<Parameters: TaskParameters>(
        _ parameters: Parameters.Type,
        as name: String? = nil,
        options: TaskOptions = .init(),
        perform: @escaping @Sendable (Parameters, TaskContext) async throws -> Parameters.Output
    ) {
        let name = name ?? Parameters.taskName
        registry.register(TaskDefinition(parameters, name: name, options: options, perform: perform))
    }

    /// Registers an error callback of Celery's new style: one that gets the failure itself, not just the task's id.
    ///
    /// It is called in the worker's process as soon as the task has failed, before the failure is stored; what it throws is
    /// logged. A worker that dies between the two leaves both to the next one: then it is called again.
    ///
    /// - Parameters:
    ///   - name: The name under which signatures link to it.
    ///   - perform: What it does.
    public mutating func registerErrorCallback(
        _ name: String,
        perform: @escaping @Sendable (TaskFailure, TaskContext) async throws -> Void
    ) {
        registry.register(name, errorCallback: perform)
    }

    /// A broker that runs this worker's tasks as they are sent.
    func eagerBroker() -> EagerBroker {
        EagerBroker(registry: registry, results: results, logger: logger)
    }

    /// Registers a command of remote control, for `celery inspect` and `celery control` of any client.
    ///
    /// It is not run in the pool's children, and while it runs no other command is: it should be quick.
    ///
    /// - Parameters:
    ///   - name: The command; it may replace one of Celery's.
    ///   - perform: What it does and answers; thrown errors are answered as `{"error": …}`.
    public mutating func registerControlCommand(
        _ name: String,
        perform: @escaping @Sendable (ControlCall) async throws -> JSONValue
    ) {
        let command = PlainCommand { arguments, node in
            let call = ControlCall(command: name, arguments: arguments.values, nodeName: node.name)
            // The built-in commands have a thread of the broker's; this may take its time.
            return try await withTaskExecutorPreference(globalConcurrentExecutor) { try await perform(call) }
        }
        panel.register(name, command)
    }

    /// Logs what the worker does at this moment: its tasks without their arguments, its processes and its queues.
    ///
    /// It is what Celery's worker answers to the signal USR1 with the stacks of its threads. Logs nothing when ``run()``
    /// is not running.
    public func logReport() {
        guard let node = running.node.withLock({ $0 }) else { return }
        WorkerReport(node).log()
    }

    /// Works until it is shut down or cancelled.
    ///
    /// - Throws: ``CeleryError`` when the pool cannot be kept alive, or when the broker cannot be reached and
    ///   ``ConnectionRules`` do not have it tried again.
    public func run() async throws {
        if PoolChild.isThisProcess {
            await PoolChild(registry: registry, logger: logger).serve()
        }
        let stop = StopControl()
        var registry = registry
        registry.setDefaults(configuration)
        let session = WorkerSession(
            broker: broker,
            results: results,
            configuration: configuration,
            middleware: middleware,
            registry: registry,
            panel: panel,
            stop: stop,
            logger: logger
        )
        running.node.withLock { $0 = session.node }
        defer { running.node.withLock { $0 = nil } }
        try await withGracefulShutdownHandler {
            try await withTaskCancellationHandler {
                try await shielded { try await session.run() }
            } onCancel: {
                stop.advance(to: .cold)
            }
        } onGracefulShutdown: {
            stop.advance(to: .warm)
        }
    }
}

/// What copies of a worker share: the node, as long as it works.
private final class RunningNode: Sendable {
    let node = Mutex<WorkerNode?>(nil)
}
