internal import DequeModule
internal import NIOCore

/// The decisions of one connection: what waits to be written, who waits for which reply, and when to give up.
///
/// Replies carry no names: the n-th reply belongs to the n-th command written. So an entry leaves the queue only when
/// its replies have come, whatever became of the task that waited.
struct WireState {
    enum Phase {
        case open
        /// Takes no new commands; closes after the last reply.
        case draining
        case closed(RedisError)
    }

    enum Enqueued {
        /// Somebody else has asked for a flush already.
        case queued
        /// The caller has to ask the event loop for a flush.
        case flushNeeded
        case refused(RedisError)
    }

    struct Completion {
        let waiter: ReplyWaiter
        let replies: Replies
        let started: NIODeadline
        let commands: Int
    }

    struct Expiry {
        var waiters: [ReplyWaiter] = []
        /// When to look again.
        var next: NIODeadline?
        /// Nothing at all has been heard since before the oldest of them was written.
        var isDead = false
    }

    private struct Entry {
        let waiter: ReplyWaiter
        let started: NIODeadline
        var deadline: NIODeadline
        let expected: Int
        var received: [RedisValue] = []
    }

    private(set) var phase = Phase.open
    private(set) var writer = RESPWriter()
    private(set) var lastRead: NIODeadline
    private var entries: Deque<Entry> = []
    private var flushRequested = false
    private var earliestDeadline = NIODeadline.distantFuture

    init(now: NIODeadline) {
        self.lastRead = now
    }

    /// Whether replies are awaited.
    var isBusy: Bool { !entries.isEmpty }

    var isOpen: Bool {
        guard case .open = phase else { return false }
        return true
    }

    /// Takes commands, written by `write`, that will be answered by `expected` replies.
    mutating func enqueue(
        _ waiter: ReplyWaiter?,
        expected: Int,
        now: NIODeadline,
        deadline: NIODeadline,
        write: (inout RESPWriter) -> Void
    ) -> Enqueued {
        switch phase {
        case .open: break
        case .draining: return .refused(WireState.drainingError)
        case .closed(let error): return .refused(error)
        }
        write(&writer)
        if let waiter {
            entries.append(Entry(waiter: waiter, started: now, deadline: deadline, expected: expected))
            earliestDeadline = min(earliestDeadline, deadline)
        }
        guard !flushRequested else { return .queued }
        flushRequested = true
        return .flushNeeded
    }

    /// Takes what is to be written now, and the deadline to watch.
    mutating func takeOutgoing() -> (bytes: ByteBuffer?, deadline: NIODeadline) {
        flushRequested = false
        return (writer.isEmpty ? nil : writer.take(), earliestDeadline)
    }

    /// Takes replies in the order in which they came.
    ///
    /// - Parameters:
    ///   - values: The replies.
    ///   - now: The time.
    /// - Returns: What is complete, and how many replies nobody had asked for.
    mutating func received(_ values: [RedisValue], now: NIODeadline) -> (completions: [Completion], surplus: Int) {
        lastRead = now
        var completions: [Completion] = []
        completions.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard let first = entries.first else { return (completions, values.count - index) }
            if first.expected == 1 {
                entries.removeFirst()
                completions.append(WireState.completion(first, .one(value)))
                continue
            }
            entries[0].received.append(value)
            guard entries[0].received.count == first.expected else { continue }
            let entry = entries.removeFirst()
            completions.append(WireState.completion(entry, .many(entry.received)))
        }
        return (completions, 0)
    }

    /// Bytes came, though perhaps no whole reply.
    mutating func heard(now: NIODeadline) { lastRead = now }

    /// Finds the waiters whose time is over.
    mutating func expire(now: NIODeadline) -> Expiry {
        var expiry = Expiry()
        var next = NIODeadline.distantFuture
        for index in entries.indices {
            if entries[index].deadline <= now {
                if lastRead < entries[index].started { expiry.isDead = true }
                expiry.waiters.append(entries[index].waiter)
                // Its replies are still to come; nobody waits for them any more.
                entries[index].deadline = .distantFuture
            } else {
                next = min(next, entries[index].deadline)
            }
        }
        earliestDeadline = next
        expiry.next = next == .distantFuture ? nil : next
        return expiry
    }

    /// Stops taking commands.
    ///
    /// - Returns: Whether the connection can be closed at once.
    mutating func drain() -> Bool {
        guard isOpen else { return false }
        phase = .draining
        return entries.isEmpty && writer.isEmpty
    }

    /// Whether the last reply of a draining connection has come.
    var isDrained: Bool {
        guard case .draining = phase else { return false }
        return entries.isEmpty && writer.isEmpty
    }

    /// Ends everything.
    ///
    /// - Parameter error: What those who wait are told.
    /// - Returns: Those who wait, with the replies they have got so far; empty if it was closed before.
    mutating func close(_ error: RedisError) -> [(waiter: ReplyWaiter, replies: Replies)] {
        if case .closed = phase { return [] }
        phase = .closed(error)
        let unanswered = entries.map { ($0.waiter, Replies.failed(error, received: $0.received)) }
        entries = []
        writer = RESPWriter()
        return unanswered
    }

    private static func completion(_ entry: Entry, _ replies: Replies) -> Completion {
        Completion(waiter: entry.waiter, replies: replies, started: entry.started, commands: entry.expected)
    }

    private static let drainingError = RedisError(.connectionClosed, message: "the connection is being closed")
}
