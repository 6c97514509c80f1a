public import Logging
internal import NIOCore
internal import NIOPosix
public import ServiceLifecycle

/// A client of one Redis server, or of the one that sentinels say is the master.
///
/// Commands of all tasks share one connection, which is made when it is first needed, and made anew when it breaks.
/// ``withConnection(_:)`` gives a connection of one's own, ``subscribe(to:patterns:buffering:_:)`` the messages of
/// channels; these share a connection too.
///
/// A command that is in flight when the connection breaks fails with ``RedisError/Code/connectionClosed``: whether the
/// server has executed it cannot be known, so it is not sent again. A command that finds no connection waits for one
/// until its deadline.
public final class RedisClient: Service, Sendable, CommandCarrier {
    /// What the client was made with.
    public let configuration: RedisClientConfiguration
    /// The client's event loop as a task executor, for work that must go on while the cooperative pool is busy.
    ///
    /// Nothing on it may block or compute for long: the connections live on it too.
    public let taskExecutor: any TaskExecutor

    /// How often the connection that commands share was made.
    ///
    /// When it has grown, commands may have been executed whose replies never came, and the server may be another one
    /// or have lost what it was told last.
    public var connectionsMade: Int { shared.connectionsMade }

    let server: String
    let hub: SubscriptionHub
    private let source: any ConnectionSource
    private let pool: ConnectionPool
    private let shared: ConnectionKeeper
    private let updates = ConnectionUpdates()

    /// Creates a client, whose connections are made when they are first needed.
    ///
    /// - Parameters:
    ///   - configuration: Where the server is, how to log in, and how patient to be.
    ///   - logger: For what happens to connections, at level debug.
    public init(configuration: RedisClientConfiguration, logger: Logger) {
        // One loop for all: its own connections are few, and what they share needs no other thread.
        let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
        let server = Connector(
            configuration: configuration,
            eventLoop: eventLoop,
            logger: logger,
            metrics: RedisMetrics()
        )
        self.configuration = configuration
        self.server = configuration.description
        self.taskExecutor = EventLoopTaskExecutor(eventLoop: eventLoop)
        if case .sentinels(let sentinels) = configuration.address {
            source = MasterConnector(sentinels, server)
        } else {
            source = server
        }
        let updates = updates
        var events = ConnectionKeeper.Events()
        events.onUpdate = { updates.send($0) }
        self.shared = ConnectionKeeper(source: source, events: events)
        self.pool = ConnectionPool(source: source)
        self.hub = SubscriptionHub(source: source)
    }

    deinit {
        source.close()
        shared.closeNow()
        hub.closeNow()
        _ = pool.closeNow()
        updates.finish()
    }

    /// What becomes of the connection that all commands share, from now on, beginning with the one that there is.
    ///
    /// Each call makes a stream of its own, which ends when the client is closed. Listening makes no connection.
    ///
    /// - Returns: The stream.
    public func connectionUpdates() -> AsyncStream<RedisConnectionUpdate> { updates.stream() }

    /// Waits for graceful shutdown or cancellation, then closes the client.
    ///
    /// Commands work without it. In a service group, services that use the client come after it.
    public func run() async throws {
        // Throws on cancellation, which ends the wait like a shutdown.
        try? await gracefulShutdown()
        await close()
    }

    /// Closes the client: commands in flight get their replies, blocking ones and subscriptions end.
    ///
    /// Later commands fail with ``RedisError/Code/clientClosed``. Can be called more than once.
    public func close() async {
        for wire in pool.closeNow() {
            // Waits for a close that is under way; the future cannot fail.
            try? await wire.channel.closeFuture.get()
        }
        await hub.close()
        await shared.close()
        source.close()
        updates.finish()
    }

    /// Sends a command and waits for its reply.
    ///
    /// Cancelling the task ends the wait, not the command: the server may still execute it.
    ///
    /// - Parameter command: The command. One that blocks gets a connection of its own.
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
    /// Redis does not roll back: when one command fails on execution, the others have been executed.
    ///
    /// - Parameter commands: The commands.
    /// - Returns: The replies in order.
    /// - Throws: ``RedisError``, naming the command that was refused or that failed.
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

    /// Runs `body` with a connection that nobody else uses.
    ///
    /// The connection is used again afterwards, or closed when that is not safe: after `WATCH`, `CLIENT TRACKING` and
    /// the like, or when the body left replies behind. Cancelling the task ends a blocked command at once; what the
    /// server has taken from a list in that very moment is lost, unless the command leaves it in another one.
    ///
    /// - Parameter body: What to do with the connection, which must not be kept beyond it.
    /// - Returns: What `body` returns.
    /// - Throws: ``RedisError`` when there is no connection, and what `body` throws.
    public func withConnection<R>(_ body: (RedisConnection) async throws -> R) async throws -> R {
        let wire = try await pool.lease(deadline: .after(configuration.commandTimeout))
        let connection = RedisConnection(wire: wire, commandTimeout: configuration.commandTimeout)
        defer { pool.release(wire, isReusable: connection.endScope()) }
        return try await body(connection)
    }

    func roundTrip(expected: Int, blockingTime: Duration?, write: (inout RESPWriter) -> Void) async -> Replies {
        guard blockingTime == nil else {
            return await blockingRoundTrip(expected: expected, blockingTime: blockingTime, write: write)
        }
        guard !Task.isCancelled else { return .failed(.cancelled) }
        let deadline = NIODeadline.after(configuration.commandTimeout)
        let waiter = ReplyWaiter()
        while true {
            let wire: Wire
            if let current = shared.current {
                wire = current
            } else {
                do throws(RedisError) {
                    wire = try await shared.wire(deadline: deadline)
                } catch {
                    return .failed(error)
                }
            }
            guard wire.enqueue(waiter, expected: expected, deadline: deadline, write: write) != nil else { break }
            // Nothing was written, so the next connection may have it.
            shared.discard(wire)
        }
        return await waiter.value(orWhenCancelled: .failed(.cancelled))
    }

    private func blockingRoundTrip(
        expected: Int,
        blockingTime: Duration?,
        write: (inout RESPWriter) -> Void
    ) async -> Replies {
        let wire: Wire
        do throws(RedisError) {
            wire = try await pool.lease(deadline: .after(configuration.commandTimeout))
        } catch {
            return .failed(error)
        }
        let connection = RedisConnection(wire: wire, commandTimeout: configuration.commandTimeout)
        defer { pool.release(wire, isReusable: connection.endScope()) }
        return await connection.roundTrip(expected: expected, blockingTime: blockingTime, write: write)
    }

    func admit(_ command: RawCommand) throws(RedisError) {
        switch command.effect {
        case .none, .blocks: return
        case .changesState, .breaksReplies: throw .notHere(command.name, server: server)
        }
    }
}
