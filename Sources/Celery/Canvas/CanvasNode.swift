/// A signature while it is worked on: what is frozen, linked and sent.
///
/// A class, because a chain and its nested parts are frozen in place: the parts' ids must be seen by the whole.
final class CanvasNode {
    /// The canvas primitives that have a behaviour of their own when they are applied.
    enum Kind: String {
        case chain, group, chord, chunks
    }

    var task: String
    var args: [JSONValue]
    /// The keyword arguments without the parts of a primitive.
    var kwargs: JSONObject
    var options: JSONObject
    let subtaskType: String?
    var immutable: Bool
    let kind: Kind?
    /// The members of a chain or group, the header of a chord.
    var tasks: [CanvasNode] = []
    /// The options of the group that a chord's header is once it is frozen.
    var headerOptions: JSONObject?
    /// The body of a chord.
    var body: CanvasNode?

    /// Reads a signature; parts that cannot be read make it a plain task, which fails where it is applied.
    convenience init(_ signature: Signature) {
        self.init(signature, depth: 0)
    }

    /// Reads a signature from a message.
    convenience init(json: JSONValue) throws(MessageError) {
        self.init(try Signature(json: json))
    }

    private init(_ signature: Signature, depth: Int) {
        task = signature.task
        args = signature.args
        kwargs = signature.kwargs
        options = signature.options
        subtaskType = signature.subtaskType
        immutable = signature.immutable
        kind = signature.subtaskType.flatMap(Kind.init)
        // A canvas is a tree of finite depth; what is deeper is not read, rather than the stack exhausted.
        guard depth < 200 else { return }
        switch kind {
        case .chain, .group:
            tasks = Self.nodes(kwargs["tasks"], depth)
            kwargs["tasks"] = nil
        case .chord:
            tasks = Self.header(kwargs["header"], depth)
            body = kwargs["body"].flatMap { Self.node($0, depth) }
            kwargs["header"] = nil
            kwargs["body"] = nil
        case .chunks, nil:
            break
        }
    }

    init(_ task: String, args: [JSONValue] = [], kwargs: JSONObject = [:], options: JSONObject = [:], kind: Kind? = nil)
    {
        self.task = task
        self.args = args
        self.kwargs = kwargs
        self.options = options
        self.kind = kind
        subtaskType = kind?.rawValue
        immutable = false
    }

    convenience init(group tasks: [CanvasNode], options: JSONObject = [:]) {
        self.init("celery.group", options: options, kind: .group)
        self.tasks = tasks
    }

    convenience init(chain tasks: [CanvasNode], options: JSONObject = [:]) {
        self.init("celery.chain", options: options, kind: .chain)
        self.tasks = tasks
    }

    convenience init(chord header: [CanvasNode], body: CanvasNode, options: JSONObject = [:]) {
        self.init("celery.chord", kwargs: ["kwargs": [:]], options: options, kind: .chord)
        self.tasks = header
        self.body = body
    }

    private static func node(_ json: JSONValue, _ depth: Int) -> CanvasNode? {
        (try? Signature(json: json)).map { CanvasNode($0, depth: depth + 1) }
    }

    private static func nodes(_ json: JSONValue?, _ depth: Int) -> [CanvasNode] {
        (json?.arrayValue ?? []).compactMap { node($0, depth) }
    }

    /// A header is a list of signatures, or a group or chain whose members are meant (celery/canvas.py, `_maybe_group`).
    private static func header(_ json: JSONValue?, _ depth: Int) -> [CanvasNode] {
        guard case .object = json, let json, let single = node(json, depth) else { return nodes(json, depth) }
        return single.kind == .group || single.kind == .chain ? single.tasks : [single]
    }

    /// A deep copy.
    ///
    /// - Parameters:
    ///   - args: Arguments to put before those it has.
    ///   - options: Options that replace those of the same name.
    /// - Returns: The copy.
    func clone(args: [JSONValue] = [], options: JSONObject = [:]) -> CanvasNode {
        let args = args.isEmpty || immutable ? self.args : args + self.args
        let copy = CanvasNode(task, args: args, kwargs: kwargs, copying: self)
        copy.options = merging(options)
        return copy
    }

    private init(_ task: String, args: [JSONValue], kwargs: JSONObject, copying other: CanvasNode) {
        self.task = task
        self.args = args
        self.kwargs = kwargs
        options = other.options
        subtaskType = other.subtaskType
        immutable = other.immutable
        kind = other.kind
        tasks = other.tasks.map { $0.clone() }
        headerOptions = other.headerOptions
        body = other.body?.clone()
    }

    /// The options with others over them.
    ///
    /// A group id and stamps that are there stay: changing them would stall what waits for the task
    /// (celery/canvas.py, `_IMMUTABLE_OPTIONS`).
    func merging(_ others: JSONObject) -> JSONObject {
        guard !others.isEmpty else { return options }
        var fixed: Set<String> = ["group_id", "stamped_headers"]
        for name in options["stamped_headers"]?.arrayValue ?? [] {
            if let name = name.stringValue { fixed.insert(name) }
        }
        var merged = options
        for (name, value) in others where !fixed.contains(name) || options[name] == nil {
            merged[name] = value
        }
        return merged
    }

    /// The node as a signature.
    var signature: Signature {
        var kwargs = kwargs
        switch kind {
        case .chain, .group:
            kwargs["tasks"] = .array(tasks.map(\.json))
        case .chord:
            kwargs["header"] = headerJSON
            kwargs["body"] = body?.json ?? .null
        case .chunks, nil:
            break
        }
        var signature = Signature(task, args: args, kwargs: kwargs, options: options, immutable: immutable)
        signature.subtaskType = subtaskType
        return signature
    }

    /// The node as it stands in a message.
    var json: JSONValue { signature.jsonValue }

    private var headerJSON: JSONValue {
        guard let headerOptions else { return .array(tasks.map(\.json)) }
        return CanvasNode(group: tasks, options: headerOptions).json
    }

    /// The id it was frozen with.
    var id: String? { option("task_id") }

    /// A text option that is set and not null.
    func option(_ name: String) -> String? { options[name]?.stringValue }

    /// A list option; a single value is a list of one.
    func list(_ name: String) -> [JSONValue] {
        switch options[name] {
        case nil, .null: []
        case .array(let values): values
        case let single?: [single]
        }
    }

    /// Adds to a list option what is not in it.
    func append(_ value: JSONValue, to name: String) {
        let values = list(name)
        options[name] = .array(values.contains(value) ? values : values + [value])
    }
}
