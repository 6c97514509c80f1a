/// The arguments of a call as they came: Python's `*args, **kwargs`.
///
/// As the type of a property of ``TaskParameters`` it takes the positional arguments that no property before it took, and
/// the keyword arguments that have none of their names.
public struct RawArguments: Sendable, Hashable, Codable {
    /// The positional arguments.
    public var args: [JSONValue]
    /// The keyword arguments.
    public var kwargs: JSONObject

    /// Makes arguments.
    ///
    /// - Parameters:
    ///   - args: The positional arguments.
    ///   - kwargs: The keyword arguments.
    public init(args: [JSONValue] = [], kwargs: JSONObject = [:]) {
        self.args = args
        self.kwargs = kwargs
    }
}

extension RawArguments: CustomStringConvertible {
    /// How many arguments there are; never the arguments.
    public var description: String { "\(args.count) positional and \(kwargs.count) keyword arguments" }
}
