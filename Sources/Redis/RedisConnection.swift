internal import NIOCore
internal import Synchronization

/// A connection of one's own, for as long as the body of ``RedisClient/withConnection(_:)`` runs.
///
/// For commands that block, and for commands that change what later ones mean, such as `WATCH` or `CLIENT TRACKING`.
/// It does not reconnect: what a connection knows is gone with it, so its commands fail with
/// ``RedisError/Code/connectionClosed``.
public final class RedisConnection: Sendable, CommandCarrier {
    private let wire: Wire
    private let commandTimeout: Duration
    private let scope = Mutex(Scope())

    private struct Scope {
        var isOver = false
        var isReusable = true
    }

    init(wire: Wire, commandTimeout: Duration) {
        self.wire = wire
        self.commandTimeout = commandTimeout
    }

    var server: String { wire.server }

    /// The connection's number at the server (`CLIENT ID`); nil when an ACL forbids asking.
    public var clientID: Int64? { wire.clientID }

    /// Sends a command and waits for its reply.
    ///
    /// - Parameter command: The command.
    /// - Returns: The decoded reply.
    /// - Throws: ``RedisError``.
    public func send<C: RedisCommand>(_ command: C) async throws(RedisError) -> C.Response {
        if C.self == RawCommand.self, let raw = command as? RawCommand { try admit(raw) }
        return try await sendOne(command)
    }

    /// Sends a command given by its words and waits for its reply.
    ///
    /// - Parameter command: The command, as in `["GET", "key"]`.
    /// - Returns: The reply as the server sent it.
    /// - Throws: ``RedisError``.
    public func send(_ command: RawCommand) async throws(RedisError) -> RedisValue {
        try admit(command)
        return try await sendOne(command)
    }

    /// Sends several commands in one write, without a transaction.
    ///
    /// - Parameter command: The commands.
    /// - Returns: A result for each command.
    public func pipeline<each C: RedisCommand>(
        _ command: repeat each C
    ) async -> (repeat Result<(each C).Response, RedisError>) {
        await sendPack(repeat each command)
    }

    /// Sends several commands in one write, without a transaction.
    ///
    /// - Parameter commands: The commands.
    /// - Returns: A result for each command, in order.
    public func pipeline(_ commands: [RawCommand]) async -> [Result<RedisValue, RedisError>] {
        await sendMany(commands)
    }

    /// Executes commands as one transaction, `MULTI` to `EXEC` in one write.
    ///
    /// - Parameter commands: The commands.
    /// - Returns: The replies in order.
    /// - Throws: ``RedisError``, naming the command that was refused or that failed;
    ///   ``RedisError/Code/transactionAborted`` when a watched key changed.
    public func transaction(_ commands: [RawCommand]) async throws(RedisError) -> [RedisValue] {
        try await runTransaction(commands)
    }

    /// Runs a script, sending its text only when the server does not know it yet.
    ///
    /// - Parameter script: The script with its keys and arguments.
    /// - Returns: The script's response.
    /// - Throws: ``RedisError``.
    public func evaluate<S: RedisScript>(_ script: S) async throws(RedisError) -> S.Response {
        try await runScript(script)
    }

    /// Waits until the connection is closed, by whomever, or the task is cancelled.
    ///
    /// For those who keep a state at the server that ends with the connection, such as `CLIENT TRACKING`.
    public func waitUntilClosed() async {
        let closed = OneShot<Void>()
        wire.channel.closeFuture.whenComplete { _ in closed.complete(()) }
        await closed.value(orWhenCancelled: ())
    }

    func roundTrip(expected: Int, blockingTime: Duration?, write: (inout RESPWriter) -> Void) async -> Replies {
        guard !Task.isCancelled else { return .failed(.cancelled) }
        guard !scope.withLock({ $0.isOver }) else {
            return .failed(RedisError(.clientClosed, message: "the connection's scope is over", server: server))
        }
        let waiter = ReplyWaiter()
        let deadline = NIODeadline.after(blocking: blockingTime, margin: commandTimeout)
        if let refusal = wire.enqueue(waiter, expected: expected, deadline: deadline, write: write) {
            return .failed(refusal)
        }
        return await waiter.value(orWhenCancelled: .failed(.cancelled))
    }

    /// Ends the scope.
    ///
    /// - Returns: Whether another scope can use the connection.
    func endScope() -> Bool {
        scope.withLock { scope in
            scope.isOver = true
            return scope.isReusable
        }
    }

    func admit(_ command: RawCommand) throws(RedisError) {
        switch command.effect {
        case .none, .blocks: return
        case .changesState: scope.withLock { $0.isReusable = false }
        case .breaksReplies: throw .notHere(command.name, server: server)
        }
    }
}

extension RedisError {
    /// The error for a command that would put the replies of a connection out of order.
    static func notHere(_ command: String, server: String) -> RedisError {
        RedisError(.invalidCommand, message: "not possible on this connection", command: command, server: server)
    }
}

extension NIODeadline {
    /// The deadline of a command: as long as it may block, and then as long as any command.
    static func after(blocking: Duration?, margin: Duration) -> NIODeadline {
        guard let blocking else { return .after(margin) }
        // Zero is for ever: only the connection's own end ends it.
        return blocking > .zero ? .after(blocking) + TimeAmount(clamping: margin) : .distantFuture
    }
}
