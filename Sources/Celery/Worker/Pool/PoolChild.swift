import Foundation
import Logging
import Tracing

/// The other side of a ``ProcessPool``: a process that runs one task at a time and speaks to its worker alone.
///
/// It lives on the socket that it inherited as descriptor 3. When that ends, because the worker died or wants it gone,
/// the process ends at once, in the middle of a task or not: the worker holds the message and knows what to do.
package struct PoolChild {
    /// The environment variable that makes a run of the executable a pool child.
    static let environmentKey = "SWIFT_CELERY_POOL_CHILD"
    /// The descriptor of the socket.
    static let descriptor: Int32 = 3

    /// Whether this process was started as a pool child.
    package static var isThisProcess: Bool {
        ProcessInfo.processInfo.environment[environmentKey] != nil
    }

    /// What the worker of this process has told it of the program's settings; waits until it has.
    package static var settings: JSONObject { configuration.settings }

    /// What the worker says first; whoever asks first reads it.
    private static let configuration: PoolChildConfiguration = {
        guard case .configure(let configuration)? = try? FrameSocket(descriptor: descriptor).read() else {
            // The worker is gone.
            _exit(EXIT_FAILURE)
        }
        return configuration
    }()

    let registry: TaskRegistry
    let logger: Logger

    /// Serves until the socket ends; the process ends with it.
    func serve() async -> Never {
        // A worker that dies closes the socket: writing to it then is an error to see, not a signal to die of.
        signal(SIGPIPE, SIG_IGN)
        var noCoreFile = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCoreFile)

        let socket = FrameSocket(descriptor: Self.descriptor)
        // The end of the socket is seen while C code blocks the thread that reads it.
        Thread.detachNewThread {
            socket.waitForEnd()
            _exit(0)
        }
        let loop = FrameLoop(socket: socket)
        Thread.detachNewThread { serve(socket, on: loop) }
        // The process ends with the socket.
        await waitUntilCancelled()
        _exit(0)
    }

    private func serve(_ socket: FrameSocket, on loop: FrameLoop) -> Never {
        let requests = PoolRequests()
        let link = TaskLink(
            report: { state, meta in socket.write(.report(state, meta: meta)) },
            send: { sending in
                let trace = ServiceContext.current?.headers ?? [:]
                return try await requests.ask { socket.write(.send(number: $0, sending, trace: trace)) }
            },
            sendEvent: { event in socket.write(.event(event)) }
        )
        let runner = TaskRunner(registry: registry, logger: logger)
        let configuration = Self.configuration
        if let bytes = configuration.addressSpaceLimit {
            var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
            setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        }
        socket.write(.ready)
        loop.run { frame in
            switch frame {
            case .run(let queue, let softTimeLimit, let trace, let envelope):
                // Only other threads can end what computes on this one.
                let executor: any TaskExecutor = softTimeLimit == nil ? loop : globalConcurrentExecutor
                Task(executorPreference: executor) {
                    // Its span is the worker's; here it is continued.
                    let outcome = await ServiceContext.withValue(trace.isEmpty ? nil : ServiceContext(headers: trace)) {
                        await run(envelope, queue, configuration.nodeName, softTimeLimit, runner, link)
                    }
                    socket.write(.outcome(outcome))
                }
            case .sent(let number, let result):
                requests.answer(number, result)
            case .configure, .ready, .report, .outcome, .send, .event:
                // The worker never says these, or not again.
                _exit(EXIT_FAILURE)
            }
        }
    }

    private func run(
        _ envelope: [UInt8],
        _ queue: QueueName,
        _ nodeName: String,
        _ softTimeLimit: Duration?,
        _ runner: TaskRunner,
        _ link: TaskLink
    ) async -> TaskOutcome {
        do {
            let message = try TaskMessage(Message(envelope: envelope), content: .trusting)
            let request = TaskRequest(message: message, queue: queue, nodeName: nodeName)
            return await runner.run(request, softTimeLimit: softTimeLimit, link: link)
        } catch {
            return .failure(PythonException(error), traceback: nil)
        }
    }
}
