internal import NIOCore
internal import Synchronization

/// Lends connections of one's own, a limited number of them.
final class ConnectionPool: Sendable {
    // Whether the turn came; otherwise why not.
    private typealias Turn = OneShot<Result<Void, RedisError>>

    private struct State {
        var pool: PoolState<Wire>
        var turns: [PoolState<Wire>.Ticket: Turn] = [:]
        var leased: [ObjectIdentifier: Wire] = [:]
        var isReaping = false
        var isClosed = false
    }

    private let source: any ConnectionSource
    private let state: Mutex<State>

    init(source: any ConnectionSource) {
        self.source = source
        let limit = source.configuration.pool.maximumConnections
        self.state = Mutex(State(pool: PoolState(limit: limit)))
    }

    /// Takes a connection; each call must be followed by one of ``release(_:isReusable:)``.
    ///
    /// - Parameter deadline: When to give up.
    /// - Returns: A connection that nobody else uses.
    /// - Throws: ``RedisError``.
    func lease(deadline: NIODeadline) async throws(RedisError) -> Wire {
        let turn = Turn()
        var lease = state.withLock { state in
            let lease = state.pool.lease()
            if case .wait(let ticket) = lease { state.turns[ticket] = turn }
            return lease
        }
        if case .wait(let ticket) = lease {
            try await wait(for: turn, ticket: ticket, deadline: deadline)
            lease = state.withLock { $0.pool.takeIdle() }
        }
        while case .reuse(let wire) = lease {
            if wire.isOpen { return try lent(wire) }
            lease = state.withLock { $0.pool.takeIdle() }
        }
        guard case .connect = lease else {
            giveBack(nil)
            throw ReconnectState.closedError.at(source.server)
        }
        do throws(RedisError) {
            return try lent(try await connect(deadline: deadline))
        } catch {
            giveBack(nil)
            throw error
        }
    }

    /// Hands a connection back.
    ///
    /// - Parameters:
    ///   - wire: The connection.
    ///   - isReusable: Whether it is as it was after the handshake.
    func release(_ wire: Wire, isReusable: Bool) {
        state.withLock { _ = $0.leased.removeValue(forKey: ObjectIdentifier(wire)) }
        // Replies that are still to come belong to commands that nobody waits for any more.
        let isKept = isReusable && wire.isOpen && !wire.isBusy
        let wasKept = giveBack(isKept ? wire : nil)
        if wasKept {
            scheduleReaping()
        } else {
            wire.close(RedisError(.clientClosed, message: "the connection was closed", server: source.server))
        }
    }

    /// Closes all connections, those in use too.
    func closeNow() -> [Wire] {
        let (wires, turns) = state.withLock { state in
            state.isClosed = true
            let (idle, waiting) = state.pool.close()
            let turns = waiting.compactMap { state.turns.removeValue(forKey: $0) }
            return (idle + state.leased.values, turns)
        }
        let error = ReconnectState.closedError.at(source.server)
        for turn in turns { turn.complete(.failure(error)) }
        for wire in wires { wire.close(error) }
        return wires
    }

    private func wait(
        for turn: Turn,
        ticket: PoolState<Wire>.Ticket,
        deadline: NIODeadline
    ) async throws(RedisError) {
        let error = RedisError(.timedOut, message: "all connections are in use", server: source.server)
        let timer = source.eventLoop.scheduleTask(deadline: deadline) { turn.complete(.failure(error)) }
        let result = await turn.value(orWhenCancelled: .failure(.cancelled))
        timer.cancel()
        guard case .failure(let error) = result else { return }
        let wasWaiting = state.withLock { state in
            state.turns.removeValue(forKey: ticket)
            return state.pool.abandon(ticket)
        }
        // The turn came at the same moment: the next in line gets it.
        if !wasWaiting, error.code != .clientClosed { giveBack(nil) }
        throw error
    }

    @discardableResult
    private func giveBack(_ wire: Wire?) -> Bool {
        let (turn, isKept) = state.withLock { state in
            let (next, isKept) = state.pool.release(wire, now: .now())
            return (next.flatMap { state.turns.removeValue(forKey: $0) }, isKept)
        }
        // When it is not accepted, the one who gave up hands the turn on itself.
        turn?.complete(.success(()))
        return isKept
    }

    private func lent(_ wire: Wire) throws(RedisError) -> Wire {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.leased[ObjectIdentifier(wire)] = wire }
            return state.isClosed
        }
        guard isClosed else { return wire }
        let error = ReconnectState.closedError.at(source.server)
        wire.close(error)
        throw error
    }

    private func connect(deadline: NIODeadline) async throws(RedisError) -> Wire {
        var generator = SystemRandomNumberGenerator()
        var attempt = 0
        while true {
            do throws(RedisError) {
                return try await connectOnce(deadline: deadline)
            } catch {
                let pause = source.configuration.backoff.delay(attempt: attempt, using: &generator)
                let isClosed = state.withLock { $0.isClosed }
                guard error.isTransient, !isClosed, NIODeadline.after(pause) < deadline else { throw error }
                attempt += 1
                do {
                    try await Task.sleep(for: pause)
                } catch {
                    throw .cancelled
                }
            }
        }
    }

    private func connectOnce(deadline: NIODeadline) async throws(RedisError) -> Wire {
        let attempt = ConnectionKeeper.Waiter()
        let server = source.server
        source.connect(onPush: nil).whenComplete { result in
            switch result {
            case .success(let wire):
                if !attempt.complete(.success(wire)) {
                    wire.close(RedisError(.clientClosed, message: "nobody waits any more", server: server))
                }
            case .failure(let error):
                attempt.complete(.failure(ConnectionFailure.error(error, server: server)))
            }
        }
        let error = RedisError(.connectionFailed, message: "no connection before the deadline", server: server)
        let timer = source.eventLoop.scheduleTask(deadline: deadline) { attempt.complete(.failure(error)) }
        defer { timer.cancel() }
        return try await attempt.value(orWhenCancelled: .failure(.cancelled)).get()
    }

    private func scheduleReaping() {
        let isFirst = state.withLock { state in
            defer { state.isReaping = true }
            return !state.isReaping
        }
        if isFirst { reapLater() }
    }

    private func reapLater() {
        let lifetime = TimeAmount(clamping: source.configuration.pool.idleLifetime)
        source.eventLoop.scheduleTask(in: lifetime) { [weak self] in
            guard let self else { return }
            let (expired, isEmpty) = self.state.withLock { state in
                let expired = state.pool.expire(idleSince: .now() - lifetime)
                state.isReaping = state.pool.idleCount > 0
                return (expired, !state.isReaping)
            }
            for wire in expired {
                wire.close(RedisError(.clientClosed, message: "the connection was idle", server: wire.server))
            }
            if !isEmpty { self.reapLater() }
        }
    }
}
