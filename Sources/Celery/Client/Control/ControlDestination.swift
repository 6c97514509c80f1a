/// Which workers are to do what is asked.
public struct ControlDestination: Sendable, Hashable {
    /// Node names; nil when there is a pattern, or for everybody.
    var nodes: [String]?
    var pattern: String?
    var matcher: String?

    /// All workers.
    public static let everybody = ControlDestination()

    /// Workers by their node names.
    ///
    /// - Parameter names: The names, such as `celery@host`.
    /// - Returns: The destination.
    public static func nodes(_ names: [String]) -> ControlDestination { ControlDestination(nodes: names) }

    /// One worker by its node name.
    ///
    /// - Parameter name: The name, such as `celery@host`.
    /// - Returns: The destination.
    public static func node(_ name: String) -> ControlDestination { .nodes([name]) }

    /// Workers whose names match a pattern with `*`, `?` and `[…]`.
    ///
    /// - Parameter pattern: The pattern, such as `pdf*@*`.
    /// - Returns: The destination.
    public static func glob(_ pattern: String) -> ControlDestination {
        ControlDestination(pattern: pattern, matcher: "glob")
    }

    /// Workers whose names begin with what a regular expression matches.
    ///
    /// - Parameter expression: The expression.
    /// - Returns: The destination.
    public static func regularExpression(_ expression: String) -> ControlDestination {
        ControlDestination(pattern: expression, matcher: "pcre")
    }
}
