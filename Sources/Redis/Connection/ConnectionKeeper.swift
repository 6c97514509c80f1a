internal import Logging
internal import NIOCore
internal import Synchronization

/// Keeps one connection open from the first time it is needed, making it anew when it breaks.
///
/// Nothing here belongs to a task: attempts run on the event loop, so that no caller's cancellation ends what others
/// wait for.
final class ConnectionKeeper: Sendable {
    typealias Waiter = OneShot<Result<Wire, RedisError>>

    /// What its owner wants to hear; called on the event loop.
    struct Events: Sendable {
        var onPush: (@Sendable ([RedisValue]) -> Void)?
        var onUpdate: @Sendable (RedisConnectionUpdate) -> Void = { _ in }
        var onConnected: @Sendable (Wire) -> Void = { _ in }
        var onLost: @Sendable () -> Void = {}
        /// An attempt failed in a way that does not pass.
        var onRefused: @Sendable (RedisError) -> Void = { _ in }
        /// Whether to connect again although nobody waits.
        var isWanted: @Sendable () -> Bool = { true }
    }

    private struct State {
        var reconnect: ReconnectState
        var wire: Wire?
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
        var connectionsMade = 0

        mutating func takeWaiters() -> [Waiter] {
            defer { waiters = [:] }
            return waiters.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private let source: any ConnectionSource
    private let events: Events
    private let state: Mutex<State>

    init(source: any ConnectionSource, events: Events = Events()) {
        self.source = source
        self.events = events
        let reconnect = ReconnectState(backoff: source.configuration.backoff)
        self.state = Mutex(State(reconnect: reconnect))
    }

    /// The connection, if there is one now.
    var current: Wire? { state.withLock { $0.wire } }

    /// How often a connection was made.
    var connectionsMade: Int { state.withLock { $0.connectionsMade } }

    /// Why there is no connection, as far as it is known.
    var lastError: RedisError? {
        state.withLock { state in
            state.reconnect.lastError.map { RedisError(.connectionFailed, message: $0.message, server: $0.server) }
        }
    }

    /// The connection, made or awaited if there is none.
    ///
    /// - Parameter deadline: When to give up.
    /// - Returns: The connection.
    /// - Throws: ``RedisError`` with the reason why there is none.
    func wire(deadline: NIODeadline) async throws(RedisError) -> Wire {
        let waiter = Waiter()
        let (wire, step, number) = state.withLock { state in
            if let wire = state.wire { return (wire as Wire?, ReconnectState.Step.none, UInt64(0)) }
            let step = state.reconnect.demand()
            if case .refuse = step { return (nil, step, 0) }
            state.nextWaiter += 1
            state.waiters[state.nextWaiter] = waiter
            return (nil, step, state.nextWaiter)
        }
        if let wire { return wire }
        if case .refuse(let error) = step { throw error.at(source.server) }
        perform(step)
        let timer = source.eventLoop.scheduleTask(deadline: deadline) {
            waiter.complete(.failure(self.timeoutError()))
        }
        let result = await waiter.value(orWhenCancelled: .failure(.cancelled))
        timer.cancel()
        state.withLock { _ = $0.waiters.removeValue(forKey: number) }
        return try result.get()
    }

    /// Makes the connection without waiting for it.
    ///
    /// - Returns: Why there will be none, if that is known.
    @discardableResult
    func demand() -> RedisError? {
        let step = state.withLock { $0.reconnect.demand() }
        if case .refuse(let error) = step { return error.at(source.server) }
        perform(step)
        return nil
    }

    /// Puts a connection aside that takes no more commands; it may still be answering earlier ones.
    func discard(_ wire: Wire) {
        lost(wire, RedisError(.connectionClosed, message: "the connection was closed", server: source.server))
    }

    /// Closes the connection, for which there is no use now; called on the event loop.
    func release() {
        let wire = state.withLock { state in
            state.reconnect.released()
            defer { state.wire = nil }
            return state.wire
        }
        guard let wire else { return }
        wire.drain()
        events.onLost()
        // Somebody may have come since.
        if events.isWanted() { demand() }
    }

    /// Ends: no new connection is made, and the one there is closes after its last reply.
    func close() async {
        let (wire, waiters) = state.withLock { state in
            state.reconnect.close()
            defer { state.wire = nil }
            return (state.wire, state.takeWaiters())
        }
        let error = ReconnectState.closedError.at(source.server)
        for waiter in waiters { waiter.complete(.failure(error)) }
        guard let wire else { return }
        wire.drain()
        // Its commands have deadlines, so that this ends. The future cannot fail.
        try? await wire.channel.closeFuture.get()
    }

    /// Ends without waiting for replies.
    func closeNow() {
        let (wire, waiters) = state.withLock { state in
            state.reconnect.close()
            defer { state.wire = nil }
            return (state.wire, state.takeWaiters())
        }
        let error = ReconnectState.closedError.at(source.server)
        for waiter in waiters { waiter.complete(.failure(error)) }
        wire?.close(error)
    }

    private func perform(_ step: ReconnectState.Step) {
        guard case .connect = step else { return }
        source.eventLoop.execute { self.connect() }
    }

    private func connect() {
        source.connect(onPush: events.onPush).whenComplete { result in
            switch result {
            case .success(let wire): self.succeeded(wire)
            case .failure(let error): self.failed(ConnectionFailure.error(error, server: self.source.server))
            }
        }
    }

    private func succeeded(_ wire: Wire) {
        let (isWanted, waiters) = state.withLock { state in
            guard state.reconnect.succeeded(now: .now()) else { return (false, [Waiter]()) }
            state.wire = wire
            state.connectionsMade += 1
            return (true, state.takeWaiters())
        }
        guard isWanted else {
            wire.close(ReconnectState.closedError.at(source.server))
            return
        }
        source.logger.debug("connected to Redis", metadata: ["redis_server": "\(wire.server)"])
        wire.channel.closeFuture.whenComplete { _ in
            self.lost(wire, RedisError(.connectionFailed, message: "the connection broke", server: wire.server))
        }
        events.onUpdate(.connected)
        events.onConnected(wire)
        for waiter in waiters { waiter.complete(.success(wire)) }
    }

    private func failed(_ error: RedisError) {
        var generator = SystemRandomNumberGenerator()
        let (refusal, pause, waiters) = state.withLock { state in
            let (refusal, pause) = state.reconnect.failed(error, using: &generator)
            return (refusal, pause, refusal == nil ? [] : state.takeWaiters())
        }
        source.logger.debug(
            "cannot connect to Redis",
            metadata: ["redis_server": "\(source.server)", "error": "\(error)"]
        )
        if let pause { events.onUpdate(.failed(error, pause: pause)) }
        if let refusal {
            for waiter in waiters { waiter.complete(.failure(refusal)) }
            events.onRefused(refusal)
        }
        if let pause { self.pause(pause) }
    }

    private func lost(_ wire: Wire, _ error: RedisError) {
        var generator = SystemRandomNumberGenerator()
        let pause: Duration? = state.withLock { state in
            guard state.wire === wire else { return nil }
            state.wire = nil
            return state.reconnect.lost(error, now: .now(), using: &generator)
        }
        guard let pause else { return }
        source.logger.debug("lost the connection to Redis", metadata: ["redis_server": "\(source.server)"])
        source.eventLoop.execute {
            self.events.onUpdate(.lost(error))
            self.events.onLost()
            self.pause(pause)
        }
    }

    private func pause(_ duration: Duration) {
        source.eventLoop.scheduleTask(in: TimeAmount(clamping: duration)) {
            let isWanted = self.events.isWanted()
            if self.state.withLock({ $0.reconnect.pauseEnded(isWanted: isWanted || !$0.waiters.isEmpty) }) {
                self.connect()
            }
        }
    }

    private func timeoutError() -> RedisError {
        lastError
            ?? RedisError(.connectionFailed, message: "no connection before the deadline", server: source.server)
    }
}

extension RedisError {
    /// What a cancelled task gets: one value for all, for every wait names it.
    static let cancelled = RedisError(.cancelled, message: "the task was cancelled")
}
