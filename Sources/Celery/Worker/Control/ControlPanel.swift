import Logging

/// The commands of remote control, by name (celery/worker/control.py, `Panel`).
struct ControlPanel: Sendable {
    private var commands: [String: any ControlCommand] = [
        "ping": PlainCommand { _, _ in ControlAnswer.ok("pong") },
        "clock": PlainCommand { _, node in ["clock": .integer(node.clock.value)] },
        "active": ListActive(),
        "dump_active": ListActive(),
        "reserved": ListReserved(),
        "dump_reserved": ListReserved(),
        "scheduled": ListScheduled(),
        "dump_schedule": ListScheduled(),
        "revoked": ListRevoked(),
        "dump_revoked": ListRevoked(),
        "query_task": QueryTask(),
        "registered": ListRegistered(),
        "dump_tasks": ListRegistered(),
        "active_queues": ListQueues(),
        "stats": ShowStatistics(),
        "conf": ShowSettings(),
        "dump_conf": ShowSettings(),
        "report": ShowReport(),
        "hello": Hello(),
        "revoke": Revoke(),
        "terminate": Terminate(),
        "revoke_by_stamped_headers": RevokeByStamps(),
        "rate_limit": SetRateLimit(),
        "time_limit": SetTimeLimits(),
        "enable_events": EnableEvents(),
        "disable_events": DisableEvents(),
        "heartbeat": SendHeartbeat(),
        "election": HoldElection(),
        "pool_grow": ResizePool(grows: true),
        "pool_shrink": ResizePool(grows: false),
        "pool_restart": RestartPool(),
        "autoscale": SetAutoscale(),
        "add_consumer": AddQueue(),
        "cancel_consumer": CancelQueue(),
        "shutdown": ShutDown(),
        "memsample": SampleMemory(),
        "memdump": DumpMemory(),
        "objgraph": PlainCommand { _, _ in
            throw PythonException("ImportError", message: "Requires the objgraph library")
        },
    ]

    /// The arguments of those whose functions take no others (celery/worker/control.py).
    private var acceptedArguments: [String: Set<String>] = [
        "report": [], "enable_events": [], "disable_events": [], "heartbeat": [], "active_queues": [],
        "autoscale": ["max", "min"],
    ]

    /// Adds a command of the user's own; it may replace one of Celery's.
    mutating func register(_ name: String, _ command: any ControlCommand) {
        commands[name] = command
        acceptedArguments[name] = nil
    }

    /// Does what a request asks.
    ///
    /// - Returns: The answer; nil when the command has none, not even null.
    func answer(_ request: ControlRequest, _ node: WorkerNode) async -> JSONValue {
        guard let command = commands[request.method] else {
            node.logger.error("No such control command: \(JSONValue.string(request.method).exactPythonRepr)")
            return Self.failure(PythonException("KeyError", message: request.method))
        }
        do {
            let known = acceptedArguments[request.method]
            if let unknown = request.arguments.keys.first(where: { known?.contains($0) == false }) {
                throw ArgumentError(task: request.method, reason: .unexpectedKeyword(unknown))
            }
            return try await command.answer(
                ControlArguments(command: request.method, values: request.arguments),
                node
            )
        } catch {
            let exception = PythonException(error)
            // Only the type: the text may quote arguments.
            node.logger.error("pidbox command error: \(exception.type)", metadata: ["command": "\(request.method)"])
            return Self.failure(exception)
        }
    }

    private static func failure(_ exception: PythonException) -> JSONValue {
        ControlAnswer.error(exception.description)
    }
}
