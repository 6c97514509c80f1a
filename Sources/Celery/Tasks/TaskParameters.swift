/// The parameters of a task, which also names the task: the counterpart of a Python function's signature.
///
/// The properties are the parameters in positional order, and their coding keys are the Python names; reordering them
/// changes the signature. Optional properties may be left out by the caller, all others must be given. A default other
/// than nil takes a hand-written `init(from:)` that says `decodeIfPresent(…) ?? 150`.
///
/// ```swift
/// struct SplitText: TaskParameters {
///     static let taskName = "pdf.split_text"
///     typealias Output = [String]
///
///     var pages: [String]
///     var maxWords: Int?
///
///     enum CodingKeys: String, CodingKey {
///         case pages
///         case maxWords = "max_words"
///     }
/// }
/// ```
///
/// When an argument is missing, the type is decoded once more with zeros and empty values, to learn the names of all that
/// are: a hand-written `init(from:)` refuses values by throwing, never by trapping.
///
/// A property of the type ``RawArguments`` takes what is left of a call's arguments, as `*args, **kwargs` do.
public protocol TaskParameters: Codable, Sendable {
    /// What the task returns.
    associatedtype Output: Codable & Sendable = JSONValue?

    /// The name under which the task is registered, such as `pdf.split_text`.
    static var taskName: String { get }
}

extension TaskParameters {
    /// Binds the arguments of a call to the parameters, by Python's rules.
    ///
    /// - Parameters:
    ///   - args: The positional arguments.
    ///   - kwargs: The keyword arguments.
    /// - Throws: ``ArgumentError`` in CPython's words when they do not fit, or what a hand-written `init(from:)` throws.
    public init(args: [JSONValue], kwargs: JSONObject = [:]) throws {
        self = try ArgumentBinder.bind(Self.self, args: args, kwargs: kwargs, function: Self.taskName)
    }

    /// The arguments that call the task with these parameters: all by keyword, and those that are nil left out.
    ///
    /// - Returns: The arguments.
    /// - Throws: What encoding a parameter throws.
    public func arguments() throws -> RawArguments {
        try ArgumentEncoder.encode(self, positional: false)
    }

    /// The arguments that call the task with these parameters by position.
    ///
    /// Those behind the first one that is nil are passed by keyword, so that Python's defaults apply to what is left out.
    ///
    /// - Returns: The arguments.
    /// - Throws: What encoding a parameter throws.
    public func positionalArguments() throws -> RawArguments {
        try ArgumentEncoder.encode(self, positional: true)
    }
}
