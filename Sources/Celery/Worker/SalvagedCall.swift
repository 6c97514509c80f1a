/// What can still be told of a call whose message cannot be read: enough for it to fail as calls do.
///
/// Somebody may wait for it: a client, the rest of a chain, a chord. Each part is taken or left by itself; the arguments
/// are not asked for.
struct SalvagedCall: Sendable {
    /// A message of the same id, group and successors, without arguments.
    let message: TaskMessage
    /// Whether the body could be read, which alone tells what follows the task.
    let knowsSuccessors: Bool

    /// Reads what is there; nil when not even an id is found.
    ///
    /// - Parameters:
    ///   - envelope: The message as it came.
    ///   - settings: Which bodies are read.
    init?(_ envelope: [UInt8], _ settings: ContentSettings) {
        // The envelope is at fault, or not: what counts is what can be read.
        guard let object = (try? JSONValue(parsing: envelope))?.objectValue else { return nil }
        let headers = object["headers"]?.objectValue ?? [:]
        let body = Self.body(of: object, settings)
        let members = body?.objectValue ?? [:]
        // Protocol 1 has everything in its body; in the hybrid the headers count.
        func member(_ name: String) -> JSONValue? {
            headers[name].flatMap { $0.isNull ? nil : $0 } ?? members[name]
        }
        guard let id = member("id")?.stringValue else { return nil }
        var call = TaskCall(task: member("task")?.stringValue ?? "unknown")
        call.id = TaskID(id)
        call.group = member("group")?.stringValue ?? member("taskset")?.stringValue
        call.groupIndex = member("group_index")?.intValue
        call.rootID = member("root_id")?.stringValue.map { TaskID($0) }
        call.parentID = member("parent_id")?.stringValue.map { TaskID($0) }
        call.ignoreResult = member("ignore_result")?.boolValue
        let embed = body?[2]?.objectValue ?? members
        call.embed = TaskEmbed(
            errbacks: Self.signatures(embed["errbacks"]),
            chain: Self.signatures(embed["chain"]),
            chord: embed["chord"].flatMap { $0.objectValue == nil ? nil : $0 }
        )
        guard let message = try? TaskMessage(call.message()) else { return nil }
        self.message = message
        knowsSuccessors = body?[2]?.objectValue != nil || !members.isEmpty
    }

    private static func body(of object: JSONObject, _ settings: ContentSettings) -> JSONValue? {
        var parts: JSONObject = [:]
        for name in ["body", "content-type", "content-encoding"] { parts[name] = object[name] }
        parts["headers"] = ["compression": object["headers"]?["compression"] ?? .null]
        parts["properties"] = ["body_encoding": object["properties"]?["body_encoding"] ?? .null]
        return try? Message(envelope: parts).content(settings)
    }

    private static func signatures(_ value: JSONValue?) -> [JSONValue]? {
        switch value {
        case .object(let single)?: [.object(single)]
        case .array(let elements)?: elements.filter { $0.objectValue != nil }
        default: nil
        }
    }
}
