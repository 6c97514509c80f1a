import Foundation

extension TaskCall {
    /// The call that a signature stands for (celery/app/base.py, `send_task`; celery/app/amqp.py, `as_task_v2`).
    ///
    /// - Parameters:
    ///   - node: A plain task; its options are those of `apply_async`.
    ///   - environment: What is decided beside it.
    ///   - parent: The task on whose behalf it is sent.
    /// - Throws: ``CeleryError`` with the code `codingFailed` naming the option that cannot be used.
    init(
        _ node: CanvasNode,
        _ environment: CanvasSender.Environment,
        parent: CanvasSender.Parent?
    ) throws(CeleryError) {
        self.init(task: node.task, args: node.args, kwargs: node.kwargs)
        let route = try environment.router.route(
            node.task,
            args: node.args,
            kwargs: node.kwargs,
            options: node.options,
            hasDefaultPriority: environment.isRegistered(node.task)
        )
        destination = route.destination
        declaring = route.queue
        var options = OptionReader(task: node.task, options: route.options)
        let known = environment.options?(node.task)
        let now = environment.now()

        id = TaskID(try options.text("task_id") ?? environment.newID())
        group = try options.text("group_id")
        groupIndex = try options.int("group_index")
        let (ownRoot, ownParent) = (try options.text("root_id"), try options.text("parent_id"))
        rootID = ownRoot.map { TaskID($0) } ?? parent?.root
        parentID = ownParent.map { TaskID($0) } ?? parent?.id
        let countdown = try options.seconds("countdown")
        let eta = try options.date("eta", now: now)
        self.eta = countdown.flatMap { $0 > .zero ? now.addingTimeInterval($0.seconds) : nil } ?? eta
        expires = try options.date("expires", now: now)
        retries = try options.int("retries") ?? 0
        shadow = try options.text("shadow")
        timeLimit = try options.seconds("time_limit") ?? known?.timeLimit
        softTimeLimit = try options.seconds("soft_time_limit") ?? known?.softTimeLimit
        replyTo = try options.text("reply_to") ?? environment.replyTo
        replacedTaskNesting = try options.int("replaced_task_nesting") ?? 0
        ignoreResult = try options.bool("ignore_result") ?? known.map { $0.ignoreResult ?? false }
        // celery/app/base.py, send_task: what knows its root and its parent inherits nothing of the task that sends it.
        let inherited = ownRoot == nil || ownParent == nil ? parent?.priority : nil
        priority = try options.int("priority") ?? inherited ?? 0
        argsRepr = try options.text("argsrepr")
        kwargsRepr = try options.text("kwargsrepr")
        origin = try options.text("origin") ?? origin
        serializer = try options.named("serializer", Serializer.init(named:))
        compression = try options.named("compression", Compression.init(named:))
        embed = TaskEmbed(
            callbacks: options.list("link"),
            errbacks: options.list("link_error"),
            chain: options.list("chain"),
            chord: options.value("chord")
        )
        if let names = options.list("stamped_headers") {
            let names = names.compactMap(\.stringValue)
            stampedHeaders = names
            for name in names { stamps[name] = options.value(name) ?? .null }
        }
        if case .object(let headers) = options.value("headers") { additionalHeaders = headers }
        additionalProperties = options.unread
    }
}

/// Reads the options of one call, and knows which ones nobody asked for.
private struct OptionReader {
    let task: String
    private(set) var unread: JSONObject

    /// What the client or the broker's library uses up itself, so that it never gets into a message.
    private static let consumed: Set<String> = [
        "add_to_parent", "confirm_timeout", "connection", "declare", "delivery_mode", "exchange",
        "exchange_type", "immediate", "interval", "mandatory", "max_retries", "max_length", "producer", "publisher",
        "retry", "retry_policy", "route_name", "router", "timeout", "task_type", "result_cls", "eager",
    ]

    init(task: String, options: JSONObject) {
        self.task = task
        unread = JSONObject(
            pairs: options.filter { !Self.consumed.contains($0.key) && !$0.value.isNull }.map { ($0.key, $0.value) }
        )
    }

    mutating func value(_ name: String) -> JSONValue? { unread.take(name) }

    mutating func text(_ name: String) throws(CeleryError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.stringValue else { throw mismatch(name, "a text", value) }
        return text
    }

    /// Something that is known by name.
    mutating func named<Value>(_ name: String, _ find: (String) -> Value?) throws(CeleryError) -> Value? {
        guard let text = try text(name) else { return nil }
        guard let value = find(text) else {
            throw CeleryError(.codingFailed, "the option \(name) of a call of \(task) names none that is known here")
        }
        return value
    }

    mutating func int(_ name: String) throws(CeleryError) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.intValue else { throw mismatch(name, "an integer", value) }
        return number
    }

    mutating func bool(_ name: String) throws(CeleryError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let flag = value.boolValue else { throw mismatch(name, "true or false", value) }
        return flag
    }

    mutating func seconds(_ name: String) throws(CeleryError) -> Duration? {
        guard let value = value(name) else { return nil }
        guard let duration = value.duration else { throw mismatch(name, "a number of seconds", value) }
        return duration
    }

    /// A time as text, or as seconds from now.
    mutating func date(_ name: String, now: Date) throws(CeleryError) -> Date? {
        guard let value = value(name) else { return nil }
        if let text = value.stringValue, let timestamp = Timestamp(iso: text) { return timestamp.date }
        if let seconds = value.doubleValue, seconds.isFinite, abs(seconds) < 1e12 {
            return now.addingTimeInterval(seconds)
        }
        throw mismatch(name, "an ISO 8601 time or a number of seconds", value)
    }

    /// A list; a single value is a list of one (celery/utils/functional.py, `maybe_list`).
    mutating func list(_ name: String) -> [JSONValue]? {
        switch value(name) {
        case nil: nil
        case .array(let values)?: values
        case let single?: [single]
        }
    }

    private func mismatch(_ name: String, _ expected: String, _ found: JSONValue) -> CeleryError {
        CeleryError(
            .codingFailed,
            "the option \(name) of a call of \(task) must be \(expected), not \(found.pythonTypeName)"
        )
    }
}
