/// A call of a task that is kept for later: the part of which chains, groups, chords and callbacks are made.
///
/// It is the wire's own object (celery/canvas.py, `Signature`), so that one made by Python is passed on unchanged. The
/// canvas primitives are signatures too: their ``subtaskType`` says which one, and their parts stand in ``kwargs``.
///
/// ```swift
/// let report = Signature.chord(
///     try pages.map { try Signature(ExtractPage(path: path, page: $0)) },
///     body: Signature("reports.merge")
/// )
/// ```
public struct Signature: Sendable, Hashable {
    /// The registered name of the task; `celery.chain`, `celery.group` or `celery.chord` for those.
    public var task: String
    /// The positional arguments; when it is applied as a callback, the parent's result comes before them.
    public var args: [JSONValue]
    /// The keyword arguments.
    public var kwargs: JSONObject
    /// Any options of `apply_async`, under Celery's names.
    ///
    /// Such as `task_id`, `queue`, `countdown` and `link`.
    public var options: JSONObject
    /// `chain`, `group`, `chord`, `xmap`, `xstarmap` or `chunks`; nil for a plain task.
    public var subtaskType: String?
    /// Whether the parent's result is not passed to it.
    public var immutable: Bool

    /// Makes a signature of a task by its name.
    ///
    /// - Parameters:
    ///   - task: The registered name.
    ///   - args: The positional arguments.
    ///   - kwargs: The keyword arguments.
    ///   - options: Options of `apply_async`, under Celery's names.
    ///   - immutable: Whether the parent's result is not passed to it.
    public init(
        _ task: String,
        args: [JSONValue] = [],
        kwargs: JSONObject = [:],
        options: JSONObject = [:],
        immutable: Bool = false
    ) {
        self.task = task
        self.args = args
        self.kwargs = kwargs
        self.options = options
        self.immutable = immutable
    }

    /// Makes a signature of a task by its type, with all arguments by keyword.
    ///
    /// - Parameters:
    ///   - parameters: The arguments.
    ///   - name: The name it is registered under, if not its own.
    ///   - immutable: Whether the parent's result is not passed to it.
    /// - Throws: What encoding a parameter throws.
    public init<Parameters: TaskParameters>(
        _ parameters: Parameters,
        as name: String? = nil,
        immutable: Bool = false
    ) throws {
        let arguments = try parameters.arguments()
        self.init(name ?? Parameters.taskName, args: arguments.args, kwargs: arguments.kwargs, immutable: immutable)
    }

    /// Reads a signature as it stands in a message.
    ///
    /// - Parameter json: The object.
    /// - Throws: ``MessageError`` naming the member that is missing or has another type.
    public init(json: JSONValue) throws(MessageError) {
        guard case .object(let object) = json else {
            throw MessageError(member: "signature", expected: "dict", found: json)
        }
        let members = MemberReader(object: object, name: "signature")
        task = try members.required("task")
        args = try members.array("args") ?? []
        kwargs = try members.object("kwargs") ?? [:]
        options = try members.object("options") ?? [:]
        subtaskType = try members.string("subtask_type")
        immutable = try members.bool("immutable") ?? false
    }

    /// The signature as it stands in a message.
    public var jsonValue: JSONValue {
        [
            "task": .string(task),
            "args": .array(args),
            "kwargs": .object(kwargs),
            "options": .object(options),
            "subtask_type": subtaskType.map { .string($0) } ?? .null,
            "immutable": .bool(immutable),
        ]
    }
}

extension Signature: CustomStringConvertible {
    /// The name of the task; never its arguments.
    public var description: String { task }
}
