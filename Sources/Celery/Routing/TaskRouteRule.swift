import Foundation

/// A rule of `task_routes`; the first of several that has an answer decides.
public enum TaskRouteRule: Sendable {
    /// Names and globs with their routes: a name wins over every glob, of globs the first one that fits.
    ///
    /// A key with `*` in it is a glob, which also knows `?` and `[…]`.
    case map([(task: String, route: TaskRoute)])
    /// Whatever a function says; nil to leave it to the next rule.
    case function(@Sendable (RoutedTask) -> TaskRoute?)

    /// Rules by name and glob, in the order given.
    ///
    /// - Parameter routes: Names and globs with their routes.
    /// - Returns: The rule.
    public static func map(_ routes: KeyValuePairs<String, TaskRoute>) -> TaskRouteRule {
        .map(routes.map { ($0.key, $0.value) })
    }

    /// A rule for the tasks whose name fits a regular expression from its beginning.
    ///
    /// - Parameters:
    ///   - expression: The expression.
    ///   - route: Where such tasks go.
    /// - Returns: The rule.
    /// - Throws: ``CeleryError`` with the code `invalidConfiguration` when the expression is none.
    public static func pattern(_ expression: String, _ route: TaskRoute) throws -> TaskRouteRule {
        let compiled: NSRegularExpression
        do {
            compiled = try NSRegularExpression(pattern: expression)
        } catch {
            throw CeleryError(.invalidConfiguration, "task_routes: \(expression) is no regular expression")
        }
        return .function { task in
            let whole = NSRange(task.name.startIndex..., in: task.name)
            // celery/app/routes.py, MapRoute: re.match, which begins at the beginning.
            return compiled.firstMatch(in: task.name, options: .anchored, range: whole) == nil ? nil : route
        }
    }

    /// What the rule says about a task.
    func route(_ task: RoutedTask) -> TaskRoute? {
        switch self {
        case .map(let routes):
            // celery/app/routes.py, MapRoute
            routes.last { $0.task == task.name && !$0.task.contains("*") }?.route
                ?? routes.first { $0.task.contains("*") && Self.glob($0.task, matches: task.name) }?.route
        case .function(let function):
            function(task)
        }
    }

    /// Python's `fnmatch` on a whole name: no escapes, and no character is special to `*`.
    private static func glob(_ pattern: String, matches name: String) -> Bool {
        fnmatch(pattern, name, FNM_NOESCAPE) == 0
    }
}

/// A call that is to be routed.
public struct RoutedTask: Sendable {
    /// The task's name.
    public var name: String
    /// The positional arguments.
    public var args: [JSONValue]
    /// The keyword arguments.
    public var kwargs: JSONObject
    /// The options of the call, under Celery's names.
    public var options: JSONObject
}
