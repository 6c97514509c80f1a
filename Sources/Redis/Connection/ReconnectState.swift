internal import NIOCore

/// When to connect, when to wait and when to say no, for one connection that is kept open.
struct ReconnectState {
    enum Phase {
        case idle
        case connecting
        case connected(since: NIODeadline)
        /// Between two attempts.
        case pausing
        /// The server refuses in a way that does not pass by itself. Asking again waits for the end of the pause.
        case refused(RedisError)
        case closed
    }

    enum Step {
        case none
        case connect
        /// Try again after this pause; see ``pauseEnded(isWanted:)``.
        case pause(Duration)
        /// Those who wait are to be told at once.
        case refuse(RedisError)
    }

    private(set) var phase = Phase.idle
    private let backoff: RedisClientConfiguration.Backoff
    private var attempt = 0

    init(backoff: RedisClientConfiguration.Backoff) {
        self.backoff = backoff
    }

    /// Why there is no connection, as far as it is known; kept while the next attempt is under way.
    private(set) var lastError: RedisError?

    /// Somebody needs the connection.
    mutating func demand() -> Step {
        switch phase {
        case .idle:
            phase = .connecting
            return .connect
        case .connecting, .connected, .pausing:
            return .none
        case .refused(let error):
            return .refuse(error)
        case .closed:
            return .refuse(ReconnectState.closedError)
        }
    }

    /// An attempt succeeded.
    ///
    /// - Parameter now: The time.
    /// - Returns: Whether the connection is still wanted; not after a close.
    mutating func succeeded(now: NIODeadline) -> Bool {
        if case .closed = phase { return false }
        phase = .connected(since: now)
        lastError = nil
        return true
    }

    /// An attempt failed.
    mutating func failed(
        _ error: RedisError,
        using generator: inout some RandomNumberGenerator
    ) -> (refusal: RedisError?, pause: Duration?) {
        if case .closed = phase { return (nil, nil) }
        let pause = nextPause(using: &generator)
        lastError = error
        guard error.isTransient else {
            phase = .refused(error)
            return (error, pause)
        }
        phase = .pausing
        return (nil, pause)
    }

    /// The connection broke.
    mutating func lost(
        _ error: RedisError,
        now: NIODeadline,
        using generator: inout some RandomNumberGenerator
    ) -> Duration? {
        guard case .connected(let since) = phase else { return nil }
        // One that broke at once was no success: the pauses go on growing.
        if now - since > TimeAmount(clamping: backoff.maximum) { attempt = 0 }
        phase = .pausing
        lastError = error
        return nextPause(using: &generator)
    }

    /// The pause is over.
    ///
    /// - Parameter isWanted: Whether anybody needs a connection.
    /// - Returns: Whether to connect.
    mutating func pauseEnded(isWanted: Bool) -> Bool {
        switch phase {
        case .pausing where isWanted:
            phase = .connecting
            return true
        case .pausing, .refused:
            phase = .idle
            return false
        case .idle, .connecting, .connected, .closed:
            return false
        }
    }

    /// The connection was given up on purpose; the next demand makes a new one.
    mutating func released() {
        guard case .connected = phase else { return }
        phase = .idle
        attempt = 0
    }

    mutating func close() { phase = .closed }

    private mutating func nextPause(using generator: inout some RandomNumberGenerator) -> Duration {
        defer { attempt += 1 }
        return backoff.delay(attempt: attempt, using: &generator)
    }

    static let closedError = RedisError(.clientClosed, message: "the client is closed")
}
