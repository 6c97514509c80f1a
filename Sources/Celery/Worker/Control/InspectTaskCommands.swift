import Foundation

/// The tasks that run, those first that started first.
struct ListActive: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let safe = arguments.isTrue("safe")
        return .array(node.state.tasks.filter { $0.phase == .active }.map { $0.info(safe: safe) })
    }
}

/// The tasks that wait for a slot.
struct ListReserved: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        .array(node.state.tasks.filter { $0.phase == .reserved }.map { $0.info() })
    }
}

/// The tasks that wait for their time: those that the worker holds, and those that the broker keeps for its queues.
struct ListScheduled: ControlCommand {
    /// The most tasks of the broker's that are shown, those that are due first.
    private static let mostParked = 1000

    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let held = node.state.tasks.compactMap { task -> JSONValue? in
            guard case .scheduled(let eta) = task.phase else { return nil }
            return Self.entry(task, eta: eta, node)
        }
        return .array(held + (try await Self.parked(node)).map { Self.entry($0, eta: $0.request.message.eta, node) })
    }

    /// The tasks that the broker keeps and this worker might get.
    static func parked(_ node: WorkerNode) async throws -> [TrackedTask] {
        let queues = Set(node.consumer.queues.map(\.name))
        return try await node.consumer.parked(limit: mostParked).compactMap { parked in
            let delivery = parked.delivery
            // What cannot be read is seen to when it is delivered.
            guard queues.contains(delivery.queue),
                let message = try? TaskMessage(
                    Message(envelope: delivery.envelope),
                    content: node.configuration.content
                )
            else { return nil }
            return TrackedTask(TaskRequest(message: message, queue: delivery.queue, nodeName: node.name), number: 0)
        }
    }

    private static func entry(_ task: TrackedTask, eta: Date?, _ node: WorkerNode) -> JSONValue {
        let shown = task.request.message.shown(eta, as: "eta", in: node.configuration.content.timeZone)
        // celery/worker/strategy.py: the priority of the timer's entries.
        return ["eta": shown, "priority": 6, "request": task.info()]
    }
}

/// Where tasks are that somebody asks for by their ids.
struct QueryTask: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        var found: JSONObject = [:]
        let ids = try arguments.taskIDs("ids")
        for task in node.state.tasks(ids) {
            let state: JSONValue =
                switch task.phase {
                case .active: "active"
                case .reserved: "reserved"
                case .scheduled: "scheduled"
                }
            found[task.id.rawValue] = [state, task.info()]
        }
        let missing = Set(ids.filter { found[$0.rawValue] == nil })
        guard !missing.isEmpty else { return .object(found) }
        for task in try await ListScheduled.parked(node) where missing.contains(task.id) {
            found[task.id.rawValue] = ["scheduled", task.info()]
        }
        return .object(found)
    }
}

/// The ids of revoked tasks.
struct ListRevoked: ControlCommand {
    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        .array(node.state.revoked.map { .string($0.rawValue) })
    }
}

/// The names of the registered tasks, with the attributes that are asked for.
struct ListRegistered: ControlCommand {
    /// celery/worker/control.py: DEFAULT_TASK_INFO_ITEMS.
    private static let usual = ["exchange", "routing_key", "rate_limit"]

    func answer(_ arguments: ControlArguments, _ node: WorkerNode) async throws -> JSONValue {
        let asked = arguments["taskinfoitems"].listed
        let items = asked.isEmpty ? Self.usual : asked.compactMap(\.stringValue).filter { !$0.hasPrefix("_") }
        let names =
            arguments.isTrue("builtins")
            ? node.registry.allNames : node.registry.names.filter { !$0.hasPrefix("celery.") }
        return .array(
            names.map { name in
                let fields = items.compactMap { item in
                    Self.attribute(item, of: name, node).map { "\(item)=\($0)" }
                }
                return .string(fields.isEmpty ? name : "\(name) [\(fields.joined(separator: " "))]")
            }
        )
    }

    /// What Python's `str()` says of a task's attribute; nil for None and for attributes that there are not.
    private static func attribute(_ item: String, of name: String, _ node: WorkerNode) -> String? {
        guard let options = node.registry[name]?.options else { return nil }
        let limits = node.state.timeLimits(of: name)
        switch item {
        case "name": return name
        case "rate_limit": return node.rates.rate(of: name)
        case "max_retries": return options.maxRetries.map { "\($0)" }
        case "default_retry_delay": return text(options.retryDelay)
        case "time_limit": return (limits.map(\.hard) ?? options.timeLimit ?? node.configuration.timeLimit).map(text)
        case "soft_time_limit":
            return (limits.map(\.soft) ?? options.softTimeLimit ?? node.configuration.softTimeLimit).map(text)
        case "ignore_result": return text(options.ignoreResult ?? false)
        case "store_errors_even_if_ignored": return text(options.storeErrorsEvenIfIgnored ?? false)
        case "acks_late": return text((options.acknowledgement ?? node.configuration.acknowledgement) == .late)
        case "acks_on_failure": return text(options.acksOnFailure ?? node.configuration.acksOnFailure)
        case "acks_on_timeout": return text(options.acksOnTimeout ?? node.configuration.acksOnTimeout)
        case "retry_on_worker_lost": return text(options.retryOnWorkerLost ?? false)
        case "reject_on_worker_lost": return text(options.rejectOnWorkerLost ?? false)
        case "priority": return node.configuration.router.defaultPriority.map { "\($0)" }
        case "track_started": return text(options.trackStarted ?? node.configuration.trackStarted)
        case "send_events": return text(true)
        case "serializer": return node.configuration.content.serializer.rawValue
        default: return nil
        }
    }

    private static func text(_ value: Bool) -> String { value ? "True" : "False" }
    private static func text(_ value: Duration) -> String { value.jsonSeconds.pythonRepr() }
}
