public import Foundation

/// Thrown by a task to be run again later.
///
/// After ``TaskOptions/maxRetries`` runs the task fails with ``cause``, or with `MaxRetriesExceededError` when there is
/// none (celery/app/task.py, `retry`).
public struct Retry: Error, Sendable {
    /// How long to wait before the next run; the task's own ``TaskOptions/retryDelay`` when nil.
    public var delay: Duration?
    /// What went wrong this time; stored with the RETRY state.
    public var cause: (any Error)?
    /// Overrides the task's limit for this call.
    public var maxRetries: Int?
    /// Other positional arguments for the next run; those of this one when nil.
    ///
    /// Keyword arguments of this run for the same parameters go.
    public var args: [JSONValue]?
    /// Other keyword arguments for the next run; those of this one when nil.
    ///
    /// One whose parameter had a positional argument takes its place.
    public var kwargs: JSONObject?
    /// When the next run is no longer worth it; as before when nil.
    public var expires: Date?

    /// Asks for another run.
    ///
    /// - Parameters:
    ///   - delay: How long to wait; the task's own delay when nil.
    ///   - cause: What went wrong.
    ///   - maxRetries: Overrides the task's limit.
    ///   - args: Other positional arguments.
    ///   - kwargs: Other keyword arguments.
    ///   - expires: When the next run is no longer worth it.
    public init(
        after delay: Duration? = nil,
        cause: (any Error)? = nil,
        maxRetries: Int? = nil,
        args: [JSONValue]? = nil,
        kwargs: JSONObject? = nil,
        expires: Date? = nil
    ) {
        self.delay = delay
        self.cause = cause
        self.maxRetries = maxRetries
        self.args = args
        self.kwargs = kwargs
        self.expires = expires
    }
}

extension Retry {
    var changesArguments: Bool { args != nil || kwargs != nil }

    /// The same request with the arguments of the next run spelled out (celery/app/task.py, `retry`).
    ///
    /// - Parameters:
    ///   - message: This run's message.
    ///   - names: The names of the task's parameters in positional order.
    /// - Returns: The request.
    func resolved(for message: TaskMessage, parameters names: [String]) -> Retry {
        var retry = self
        switch (args, kwargs) {
        case (nil, nil):
            return self
        case (let args?, nil):
            let taken = Set(names.prefix(args.count))
            retry.kwargs = JSONObject(
                pairs: message.kwargs.filter { !taken.contains($0.key) }.map { ($0.key, $0.value) }
            )
        case (nil, var kwargs?):
            var args = message.args
            for (position, name) in names.prefix(args.count).enumerated() {
                guard let value = kwargs[name] else { continue }
                args[position] = value
                kwargs[name] = nil
            }
            retry.args = args
            retry.kwargs = kwargs
        case (_?, _?):
            break
        }
        return retry
    }

    /// The request as it passes between processes; the cause goes beside it.
    var json: JSONValue {
        [
            delay.map { .double($0.seconds) } ?? .null, maxRetries.map(JSONValue.integer) ?? .null,
            args.map(JSONValue.array) ?? .null, kwargs.map(JSONValue.object) ?? .null,
            expires.map { .double($0.timeIntervalSince1970) } ?? .null,
        ]
    }

    init(json: JSONValue) {
        self.init(
            after: json[0]?.duration,
            maxRetries: json[1]?.intValue,
            args: json[2]?.arrayValue,
            kwargs: json[3]?.objectValue,
            expires: json[4]?.doubleValue.map { Date(timeIntervalSince1970: $0) }
        )
    }
}
