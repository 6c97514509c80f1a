internal import NIOCore
internal import Synchronization

/// One connection: bytes of many tasks gathered into few writes, replies handed to those who wait.
///
/// Whoever sends writes into one buffer under a lock; the first asks the event loop for a flush, and everything that
/// was gathered until the event loop comes to it leaves in one write.
final class Wire: Sendable {
    private struct LoopState {
        var deadlineTimer: Scheduled<Void>?
        var deadline = NIODeadline.distantFuture
        var idleTimer: Scheduled<Void>?
    }

    let channel: any Channel
    /// The server, for errors.
    let server: String
    private let idleTimeout: TimeAmount
    private let answerTimeout: TimeAmount
    private let metrics: RedisMetrics
    // Replies that nobody has asked for: the messages of a subscription; nil where they are an error.
    private let onPush: (@Sendable ([RedisValue]) -> Void)?
    private let state: Mutex<WireState>
    private let loopState: NIOLoopBoundBox<LoopState>
    private let number = Atomic<Int64>(0)

    init(
        channel: any Channel,
        server: String,
        configuration: RedisClientConfiguration,
        metrics: RedisMetrics,
        onPush: (@Sendable ([RedisValue]) -> Void)?
    ) {
        self.channel = channel
        self.server = server
        self.idleTimeout = TimeAmount(clamping: configuration.idleTimeout)
        self.answerTimeout = TimeAmount(clamping: configuration.commandTimeout)
        self.metrics = metrics
        self.onPush = onPush
        self.state = Mutex(WireState(now: .now()))
        self.loopState = NIOLoopBoundBox(LoopState(), eventLoop: channel.eventLoop)
    }

    /// The connection's number at the server (`CLIENT ID`); nil when the server did not tell.
    var clientID: Int64? {
        let number = number.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    var isOpen: Bool { state.withLock { $0.isOpen } }
    /// Whether replies are still to come: then nobody else may use the connection.
    var isBusy: Bool { state.withLock { $0.isBusy } }

    func learned(clientID: Int64?) {
        number.store(clientID ?? 0, ordering: .relaxed)
    }

    /// Queues commands.
    ///
    /// - Parameters:
    ///   - waiter: Who gets the replies; nil for commands whose replies come as pushes.
    ///   - expected: How many replies there will be.
    ///   - deadline: When the waiter gives up.
    ///   - write: Writes the commands. Called while a lock is held.
    /// - Returns: Nil, or why nothing was queued.
    func enqueue(
        _ waiter: ReplyWaiter?,
        expected: Int,
        deadline: NIODeadline,
        write: (inout RESPWriter) -> Void
    ) -> RedisError? {
        let now = NIODeadline.now()
        let result = state.withLock { state in
            state.enqueue(waiter, expected: expected, now: now, deadline: deadline, write: write)
        }
        switch result {
        case .queued:
            return nil
        case .flushNeeded:
            channel.eventLoop.execute { self.flush() }
            return nil
        case .refused(let error):
            return error
        }
    }

    /// Closes the connection after the replies that are still to come; new commands are refused.
    func drain() {
        if state.withLock({ $0.drain() }) {
            close(RedisError(.clientClosed, message: "the connection was closed", server: server))
        }
    }

    /// Closes the connection; those who wait get `error`.
    func close(_ error: RedisError) {
        let unanswered = state.withLock { $0.close(error) }
        for (waiter, replies) in unanswered { waiter.complete(replies) }
        channel.close(promise: nil)
    }
}

// On the event loop
extension Wire {
    func started() {
        scheduleIdleCheck(after: idleTimeout)
    }

    func received(_ values: [RedisValue]) {
        let now = NIODeadline.now()
        guard !values.isEmpty else {
            state.withLock { $0.heard(now: now) }
            return
        }
        let (completions, surplus, isDrained) = state.withLock { state in
            let (completions, surplus) = state.received(values, now: now)
            return (completions, surplus, state.isDrained)
        }
        for completion in completions {
            completion.waiter.complete(completion.replies)
            metrics.answered(completion.commands, after: now - completion.started)
        }
        if surplus > 0 {
            guard let onPush else {
                close(RedisError(.protocolError, message: "the server sent a reply too many", server: server))
                return
            }
            onPush(Array(values.suffix(surplus)))
        }
        if isDrained {
            close(RedisError(.clientClosed, message: "the connection was closed", server: server))
        } else if values.contains(where: Wire.saysReadOnly) {
            // A master became a replica: the next connection finds the new one where a name leads to it.
            drain()
        }
    }

    func ended(_ error: RedisError) {
        loopState.value.deadlineTimer?.cancel()
        loopState.value.idleTimer?.cancel()
        close(error)
    }

    private func flush() {
        let (bytes, deadline, isDrained) = state.withLock { state in
            let outgoing = state.takeOutgoing()
            return (outgoing.bytes, outgoing.deadline, state.isDrained)
        }
        if let bytes { channel.writeAndFlush(bytes, promise: nil) }
        watch(deadline)
        if isDrained { close(RedisError(.clientClosed, message: "the connection was closed", server: server)) }
    }

    // In steady traffic the timer is set once for each command timeout, not for each command.
    private func watch(_ deadline: NIODeadline) {
        guard deadline < loopState.value.deadline, channel.isActive else { return }
        loopState.value.deadlineTimer?.cancel()
        loopState.value.deadline = deadline
        loopState.value.deadlineTimer = channel.eventLoop.scheduleTask(deadline: deadline) { self.expire() }
    }

    private func expire() {
        loopState.value.deadline = .distantFuture
        let timeout = RedisError(.timedOut, message: "no answer before the deadline", server: server)
        let death = RedisError(.connectionClosed, message: "the server does not answer", server: server)
        let (expiry, unanswered) = state.withLock { state in
            let expiry = state.expire(now: .now())
            // At once, so that nobody who hears of it can still send on this connection.
            return (expiry, expiry.isDead ? state.close(death) : [])
        }
        for waiter in expiry.waiters { waiter.complete(.failed(timeout)) }
        for (waiter, replies) in unanswered { waiter.complete(replies) }
        if expiry.isDead {
            channel.close(promise: nil)
        } else if let next = expiry.next {
            watch(next)
        }
    }

    private func scheduleIdleCheck(after delay: TimeAmount) {
        guard channel.isActive, idleTimeout > .zero else { return }
        loopState.value.idleTimer = channel.eventLoop.scheduleTask(in: delay) { self.checkIdle() }
    }

    // A busy connection needs no check: its commands have deadlines, and one that blocks could not answer.
    private func checkIdle() {
        let now = NIODeadline.now()
        let (isBusy, lastRead) = state.withLock { ($0.isBusy, $0.lastRead) }
        let quiet = now - lastRead
        guard !isBusy, quiet >= idleTimeout else {
            scheduleIdleCheck(after: isBusy ? idleTimeout : max(idleTimeout - quiet, .milliseconds(1)))
            return
        }
        // In a subscription the answer comes as a push.
        let waiter = onPush == nil ? ReplyWaiter() : nil
        _ = enqueue(waiter, expected: 1, deadline: now + answerTimeout) { $0.command("PING") { _ in } }
        loopState.value.idleTimer = channel.eventLoop.scheduleTask(in: answerTimeout) {
            guard self.state.withLock({ $0.lastRead }) < now else {
                self.scheduleIdleCheck(after: self.idleTimeout)
                return
            }
            self.close(
                RedisError(.connectionClosed, message: "the quiet server does not answer", server: self.server)
            )
        }
    }

    private static func saysReadOnly(_ value: RedisValue) -> Bool {
        guard case .error(let text) = value else { return false }
        return RedisError.prefix(of: text) == "READONLY"
    }
}
