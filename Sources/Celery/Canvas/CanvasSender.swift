import Foundation

/// Turns signatures into messages: what `apply_async` does (celery/canvas.py and celery/app/base.py, `send_task`).
///
/// It decides and does nothing: what is to become true is collected in ``effects``.
struct CanvasSender {
    /// The task on whose behalf something is sent.
    struct Parent {
        var id: TaskID
        var root: TaskID
        /// The priority that is passed on (`task_inherit_parent_priority`).
        var priority: Int?
    }

    /// What is decided beside the signatures.
    struct Environment: Sendable {
        /// Where tasks go.
        var router = TaskRouter()
        /// How bodies are written, unless a signature says so itself.
        var content = ContentSettings()
        /// The options of the tasks that are known here, which go into the messages of those tasks; nil where no task is
        /// registered at all, as in a client.
        var options: (@Sendable (String) -> TaskOptions?)?
        /// The reply id of this program.
        var replyTo: String?
        /// Makes ids.
        var newID: @Sendable () -> String = { TaskID.random().rawValue }
        /// The present.
        var now: @Sendable () -> Date = { Date() }
        /// The spans of what is sent, where it is traced.
        var spans: ProducerSpans?

        /// Whether a task counts as registered here: a client has nothing to tell it by.
        func isRegistered(_ task: String) -> Bool { options.map { $0(task) != nil } ?? true }

        /// A message as an effect, under its span.
        func publish(_ outgoing: OutgoingMessage) -> Effect {
            .publish(spans?.started(outgoing) ?? outgoing)
        }
    }

    let environment: Environment
    let parent: Parent?
    /// What is to become true, in order.
    private(set) var effects: [Effect] = []
    /// What was sent on behalf of the parent.
    private(set) var children: [ResultTree] = []

    init(_ environment: Environment, parent: Parent? = nil) {
        self.environment = environment
        self.parent = parent
    }

    var freezer: Freezer { Freezer(replyTo: environment.replyTo, newID: environment.newID) }

    /// Sends a signature.
    ///
    /// - Parameters:
    ///   - node: The signature.
    ///   - args: What it gets before its own arguments, unless it is immutable.
    ///   - options: Options that replace its own of the same name.
    ///   - isChild: Whether the result is one of the parent's children.
    /// - Returns: The result to come; nil for an empty chain.
    /// - Throws: ``CeleryError`` with the code `codingFailed` when the signature cannot be sent.
    @discardableResult
    mutating func send(
        _ node: CanvasNode,
        args: [JSONValue] = [],
        options: JSONObject = [:],
        isChild: Bool = true
    ) throws(CeleryError) -> ResultTree? {
        let options = JSONObject(pairs: options.filter { !$0.value.isNull }.map { ($0.key, $0.value) })
        let result: ResultTree?
        switch node.kind {
        case .chain:
            return try sendChain(node, args, options, isChild: isChild)
        case .group:
            result = try sendGroup(node, args, options)
        case .chord:
            return try sendChord(node, args, options, isChild: isChild)
        case .chunks:
            result = try sendGroup(node.groupOfChunks(), args, options)
        case nil:
            let task = node.clone(args: args, options: options)
            result = try sendTask(task)
            // celery/app/base.py, send_task
            if task.options["add_to_parent"]?.boolValue == false { return result }
        }
        if isChild, parent != nil, let result { children.append(result) }
        return result
    }

    // MARK: One task

    private mutating func sendTask(_ node: CanvasNode) throws(CeleryError) -> ResultTree {
        let call = try TaskCall(node, environment, parent: parent)
        effects.append(environment.publish(try call.outgoing(environment.content, now: environment.now())))
        return ResultTree(id: call.id.rawValue)
    }

    // MARK: Chains

    private mutating func sendChain(
        _ node: CanvasNode,
        _ args: [JSONValue],
        _ options: JSONObject,
        isChild: Bool
    ) throws(CeleryError) -> ResultTree? {
        var options = node.overridden(by: options)
        let place = Freezer.Place(
            id: options.take("task_id")?.stringValue,
            group: options.take("group_id")?.stringValue,
            groupIndex: options.take("group_index")?.intValue,
            chord: options.take("chord"),
            root: options.take("root_id")?.stringValue,
            parent: options.take("parent_id")?.stringValue
        )
        let callbacks = Self.list(options.take("link"))
        let errbacks = Self.list(options.take("link_error"))
        let prepared = ChainSteps(freezer: freezer, copies: true).prepare(
            node,
            args: node.immutable || args.isEmpty ? node.args : args + node.args,
            errbacks: errbacks,
            place
        )
        var rest = prepared.tasks
        guard let first = rest.popLast() else { return nil }
        for callback in callbacks { prepared.tasks[0].linkAsOption(callback) }
        // celery/canvas.py, _prepare_chain_from_options: a chain that follows this one comes after it.
        let following = Self.list(options["chain"])
        options["chain"] = .array(following + rest.map(\.json))
        let result = try send(first, options: options, isChild: isChild)
        return rest.isEmpty ? result : prepared.results[0]
    }

    // MARK: Groups

    private mutating func sendGroup(
        _ node: CanvasNode,
        _ args: [JSONValue],
        _ callOptions: JSONObject
    ) throws(CeleryError) -> ResultTree {
        guard !node.tasks.isEmpty else { return freezer.freeze(node) }
        guard callOptions["link"] == nil, callOptions["link_error"] == nil else {
            throw CeleryError(.codingFailed, "a group cannot be sent with callbacks: use a chord")
        }
        var options = node.merging(callOptions)
        let group = options.take("task_id")?.stringValue ?? environment.newID()
        options["group_id"] = .string(group)
        options["group_index"] = nil
        let chord = options.take("chord")
        let members = prepared(node.tasks, group: group, root: options["root_id"]?.stringValue)
        let size = members.reduce(0) { $0 + $1.node.chordSize }
        let bodies = members.map { chord ?? $0.node.options["chord"] ?? .null }
        if bodies.last?.isNull == false { effects.append(.startChord(group: group, size: size)) }
        for (member, body) in zip(members, bodies) {
            var options = options
            options["chord"] = body
            try send(member.node, args: args, options: options, isChild: false)
        }
        let results = members.map(\.result)
        if results.count == 1, results[0].isGroup { return results[0] }
        return ResultTree(id: group, members: results)
    }

    /// Frozen copies of a group's members, with those of groups within.
    private func prepared(
        _ tasks: [CanvasNode],
        group: String,
        root: String?
    ) -> [(node: CanvasNode, result: ResultTree)] {
        var members: [(node: CanvasNode, result: ResultTree)] = []
        for (index, task) in tasks.enumerated() {
            if task.kind == .group {
                members += prepared(task.tasks, group: group, root: root)
            } else if task.kind != .chain || !task.tasks.isEmpty {
                let copy = task.clone()
                members.append((copy, freezer.freeze(copy, .init(group: group, groupIndex: index, root: root))))
            }
        }
        return members
    }

    // MARK: Chords

    private mutating func sendChord(
        _ node: CanvasNode,
        _ args: [JSONValue],
        _ callOptions: JSONObject,
        isChild: Bool
    ) throws(CeleryError) -> ResultTree? {
        var options = node.overridden(by: callOptions)
        // A delay delays the header; the body is sent when the header has ended.
        var delay: JSONObject = [:]
        for name in ["countdown", "eta"] { delay[name] = options.take(name) }
        let bodyID = callOptions["task_id"]?.stringValue ?? node.id
        let group = node.headerOptions?["task_id"]?.stringValue ?? node.id ?? environment.newID()
        options["task_id"] = nil
        guard let original = node.body else {
            throw CeleryError(.codingFailed, "a chord without a body cannot be sent")
        }
        let body = original.clone(options: options.without("link", "link_error", "parent_id", "task_id"))
        for callback in Self.list(options.take("link")) { body.linkAsBody(callback) }
        for errback in Self.list(options.take("link_error")) {
            if body.kind == .group { body.linkErrorAsBody(errback) } else { body.append(errback, to: "link_error") }
        }
        let root = body.option("root_id")
        for (name, value) in options where name != "parent_id" { body.options[name] = value }
        body.unrollChords()
        let bodyResult = freezer.freeze(body, .init(id: bodyID ?? environment.newID(), group: group, root: root))
        body.stripHeaderLinks()
        for name in ["chain", "chord", "task_id"] { options[name] = nil }

        let header = CanvasNode(group: node.tasks.map { $0.clone() }, options: ["task_id": .string(group)])
        let headerResult = freezer.freezeGroup(header, .init(group: group, chord: body.json, root: root))
        if header.tasks.isEmpty {
            try send(body, args: [[]], isChild: isChild)
        } else {
            if headerResult.members?.contains(where: \.isGroup) == true {
                effects.append(.saveGroup(id: group, result: headerResult.json))
            }
            options["task_id"] = .string(group)
            for (name, value) in delay { options[name] = value }
            let args = node.immutable || args.isEmpty ? node.args : args + node.args
            try send(header, args: args, options: options, isChild: isChild)
        }
        bodyResult.parent = headerResult
        return bodyResult
    }

    static func list(_ value: JSONValue?) -> [JSONValue] {
        switch value {
        case nil, .null: []
        case .array(let values): values
        case let single?: [single]
        }
    }
}

extension JSONObject {
    /// Takes a member out.
    mutating func take(_ name: String) -> JSONValue? {
        defer { self[name] = nil }
        // In a conditional expression `nil` would be JSON's null.
        guard let value = self[name], !value.isNull else { return nil }
        return value
    }

    /// The object without some members.
    func without(_ names: String...) -> JSONObject {
        JSONObject(pairs: filter { !names.contains($0.key) }.map { ($0.key, $0.value) })
    }
}

extension CanvasNode {
    /// The options with a call's over them, as a chain and a chord take them: `dict(self.options, **options)`.
    fileprivate func overridden(by others: JSONObject) -> JSONObject {
        var merged = options
        for (name, value) in others { merged[name] = value }
        return merged
    }

    /// Adds a callback to the options, whatever the primitive is (`extend_list_option`).
    fileprivate func linkAsOption(_ callback: JSONValue) {
        options["link"] = .array(list("link") + [callback])
    }

    fileprivate func linkAsBody(_ callback: JSONValue) {
        if isEmptyGroup { append(callback, to: "link") } else { link(callback) }
    }

    /// The group of `celery.starmap` that chunks are sent as.
    fileprivate func groupOfChunks() -> CanvasNode {
        let elements = kwargs["it"]?.arrayValue ?? []
        let size = max(1, kwargs["n"]?.intValue ?? 1)
        let parts = stride(from: 0, to: elements.count, by: size).map { start in
            let calls = Array(elements[start..<min(start + size, elements.count)])
            let kwargs: JSONObject = ["task": kwargs["task"] ?? .null, "it": .array(calls)]
            var part = Signature("celery.starmap", kwargs: kwargs, immutable: true)
            part.subtaskType = "xstarmap"
            return CanvasNode(part)
        }
        return CanvasNode(group: parts, options: options)
    }
}
