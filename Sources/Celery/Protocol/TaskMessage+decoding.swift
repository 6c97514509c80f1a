extension TaskMessage {
    /// Takes a message apart.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - content: Which bodies are read: JSON alone by default.
    /// - Throws: ``MessageError`` naming the member that is missing or does not have its type.
    public init(_ message: Message, content: ContentSettings = .init()) throws(MessageError) {
        do throws(MessageError) {
            try self.init(message, body: message.content(content))
        } catch {
            throw message.naming(error)
        }
    }

    // celery/worker/strategy.py, default: which protocol a message speaks, in the order in which the worker asks.
    private init(_ message: Message, body: JSONValue) throws(MessageError) {
        let isNamedInHeaders = message.headers["task"].map { !$0.isNull } ?? false
        switch body {
        case .object(let members) where isNamedInHeaders && members["args"] != nil:
            let call = MemberReader(object: members, name: "body")
            let headers = MemberReader(object: message.headers, name: "headers")
            try self.init(message, fields: headers, call: call, version: 1)
        case .object(let members) where members["task"] != nil:
            let reader = MemberReader(object: members, name: "body")
            try self.init(message, fields: reader, call: reader, version: 1)
        case .array(let elements) where isNamedInHeaders:
            guard elements.count == 3 else {
                let problem = "must have 3 elements, not \(elements.count)"
                throw MessageError(.malformed, member: "body", problem: problem)
            }
            let call: JSONObject = ["args": elements[0], "kwargs": elements[1], "embed": elements[2]]
            let headers = MemberReader(object: message.headers, name: "headers")
            try self.init(message, fields: headers, call: MemberReader(object: call, name: "body"), version: 2)
        default:
            guard isNamedInHeaders else {
                throw MessageError(.unknownMessage, member: "message", problem: "does not name a task")
            }
            throw MessageError(.malformed, member: "body", problem: "must be list, not \(body.pythonTypeName)")
        }
    }

    private init(
        _ message: Message,
        fields: MemberReader,
        call: MemberReader,
        version: Int
    ) throws(MessageError) {
        original = message
        protocolVersion = version
        task = try fields.required("task")
        id = TaskID(try fields.required("id"))
        args = try call.array("args") ?? []
        kwargs = try call.object("kwargs") ?? [:]
        if version == 2 {
            embed = try TaskEmbed(MemberReader(object: try call.object("embed") ?? [:], name: "body.embed"))
        } else {
            embed = try TaskEmbed(call)
        }
        eta = try fields.timestamp("eta")?.date
        expires = try fields.timestamp("expires")?.date
        let taskset = try fields.string("taskset")
        group = try fields.string("group") ?? taskset
        groupIndex = try fields.int("group_index")
        retries = try fields.count("retries")
        // The hard limit stands first.
        (timeLimit, softTimeLimit) = try fields.durations("timelimit")
        rootID = try fields.string("root_id").map { TaskID($0) } ?? id
        parentID = try fields.string("parent_id").map { TaskID($0) }
        shadow = fields.shown("shadow")
        let (args, kwargs) = (args, kwargs)
        argsRepr = fields.shown("argsrepr") ?? JSONValue.pythonRepr(tuple: args)
        kwargsRepr = fields.shown("kwargsrepr") ?? JSONValue.object(kwargs).pythonRepr()
        origin = fields.shown("origin")
        ignoreResult = try fields.bool("ignore_result")
        replacedTaskNesting = try fields.count("replaced_task_nesting")
        stamps = try fields.object("stamps") ?? [:]
        if let names = try fields.array("stamped_headers") {
            stampedHeaders = names.compactMap(\.stringValue)
        } else {
            stampedHeaders = nil
        }
    }
}
