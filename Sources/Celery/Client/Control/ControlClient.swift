/// Asks workers, in Swift and in Python, how they are, and tells them what to do.
///
/// ```swift
/// let answers = try await client.control.ask("active_queues")
/// try await client.control.revoke([id], terminate: true)
/// ```
///
/// A request reaches the workers that listen at that moment. Waiting for answers ends when all who heard it have answered,
/// so a healthy fleet is asked in milliseconds; the timeout counts only for those that are busy or gone.
public struct ControlClient: Sendable {
    private let mailbox: ControlMailbox

    init(_ mailbox: ControlMailbox) {
        self.mailbox = mailbox
    }

    /// Asks workers and waits for their answers.
    ///
    /// - Parameters:
    ///   - command: A command of celery/worker/control.py, or one of the workers' own.
    ///   - arguments: Its arguments, by keyword.
    ///   - destination: Who is asked.
    ///   - timeout: How long to wait.
    /// - Returns: The answers that came; a worker's error is an answer, too: `{"error": …}`.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `CancellationError`.
    public func ask(
        _ command: String,
        _ arguments: JSONObject = [:],
        of destination: ControlDestination = .everybody,
        timeout: Duration = .seconds(1)
    ) async throws -> [ControlReply] {
        try await mailbox.ask(command, arguments, of: destination, timeout: timeout)
    }

    /// Tells workers to do something, without waiting for them.
    ///
    /// - Parameters:
    ///   - command: A command of celery/worker/control.py, or one of the workers' own.
    ///   - arguments: Its arguments, by keyword.
    ///   - destination: Who is told.
    /// - Returns: How many workers heard it, those that are not meant included.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    @discardableResult
    public func tell(
        _ command: String,
        _ arguments: JSONObject = [:],
        to destination: ControlDestination = .everybody
    ) async throws -> Int {
        try await mailbox.tell(command, arguments, to: destination)
    }

    /// The node names of the workers that are there.
    ///
    /// - Parameters:
    ///   - destination: Who is asked.
    ///   - timeout: How long to wait.
    /// - Returns: The names, sorted.
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `CancellationError`.
    public func ping(
        _ destination: ControlDestination = .everybody,
        timeout: Duration = .seconds(1)
    ) async throws -> [String] {
        try await ask("ping", of: destination, timeout: timeout).map(\.node).sorted()
    }

    /// Sees to it that tasks are not run.
    ///
    /// - Parameters:
    ///   - tasks: The tasks.
    ///   - terminate: Whether one that runs is ended as well.
    ///   - signal: How: the signal that its process gets.
    ///   - destination: Who is told.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    public func revoke(
        _ tasks: [TaskID],
        terminate: Bool = false,
        signal: String = "SIGTERM",
        destination: ControlDestination = .everybody
    ) async throws {
        let arguments: JSONObject = [
            "task_id": .array(tasks.map { .string($0.rawValue) }), "terminate": .bool(terminate),
            "signal": .string(signal),
        ]
        try await tell("revoke", arguments, to: destination)
    }

    /// Sees to it that tasks are not run that bear a stamp.
    ///
    /// - Parameters:
    ///   - stamps: Names of stamps, each with one value or a list of them.
    ///   - terminate: Whether those that run are ended as well.
    ///   - signal: How: the signal that their processes get.
    ///   - destination: Who is told.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    public func revoke(
        stamps: JSONObject,
        terminate: Bool = false,
        signal: String = "SIGTERM",
        destination: ControlDestination = .everybody
    ) async throws {
        let arguments: JSONObject = [
            "headers": .object(stamps), "terminate": .bool(terminate), "signal": .string(signal),
        ]
        try await tell("revoke_by_stamped_headers", arguments, to: destination)
    }

    /// Lets workers end their tasks and stop.
    ///
    /// - Parameter destination: Who is told.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    public func shutdown(_ destination: ControlDestination) async throws {
        try await tell("shutdown", to: destination)
    }
}

extension CeleryClient {
    /// Remote control of the workers on the same broker.
    public var control: ControlClient { ControlClient(ControlMailbox(broker: broker, clock: clock, content: content)) }
}
