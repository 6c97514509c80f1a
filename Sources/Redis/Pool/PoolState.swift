internal import DequeModule
internal import NIOCore

/// Who may have a connection of one's own: limits, order of waiting, idle ones.
struct PoolState<Connection: Sendable>: Sendable {
    typealias Ticket = UInt64

    enum Lease {
        case reuse(Connection)
        case connect
        case wait(Ticket)
        case closed
    }

    private let limit: Int
    private var leased = 0
    private var isClosed = false
    private var idle: [(connection: Connection, since: NIODeadline)] = []
    private var waiting: Deque<Ticket> = []
    private var nextTicket: Ticket = 0

    init(limit: Int) {
        self.limit = max(limit, 1)
    }

    /// How many connections are kept for later.
    var idleCount: Int { idle.count }

    /// Somebody wants a connection.
    mutating func lease() -> Lease {
        guard !isClosed else { return .closed }
        guard leased < limit else {
            nextTicket += 1
            waiting.append(nextTicket)
            return .wait(nextTicket)
        }
        leased += 1
        return takeIdle()
    }

    /// What the next in line gets, after its turn has come.
    mutating func takeIdle() -> Lease {
        guard !isClosed else { return .closed }
        // The last used first, so that the others grow old and go.
        guard let last = idle.popLast() else { return .connect }
        return .reuse(last.connection)
    }

    /// Somebody gave up waiting.
    ///
    /// - Parameter ticket: The place in the line.
    /// - Returns: Whether it was still there; otherwise its turn has come, and must be handed back.
    mutating func abandon(_ ticket: Ticket) -> Bool {
        guard let index = waiting.firstIndex(of: ticket) else { return false }
        waiting.remove(at: index)
        return true
    }

    /// A turn is over, or an attempt to connect failed.
    ///
    /// - Parameters:
    ///   - connection: The connection, if it can be used again.
    ///   - now: The time.
    /// - Returns: Whose turn it is, and whether the connection was kept.
    mutating func release(_ connection: Connection?, now: NIODeadline) -> (next: Ticket?, isKept: Bool) {
        let isKept = connection != nil && !isClosed
        if isKept, let connection { idle.append((connection, now)) }
        guard let next = waiting.popFirst() else {
            leased -= 1
            return (nil, isKept)
        }
        return (next, isKept)
    }

    /// Takes out what has been idle since before `deadline`.
    mutating func expire(idleSince deadline: NIODeadline) -> [Connection] {
        let expired = idle.filter { $0.since <= deadline }.map(\.connection)
        idle.removeAll { $0.since <= deadline }
        return expired
    }

    /// Ends.
    ///
    /// - Returns: The idle connections, to be closed, and all who wait.
    mutating func close() -> (idle: [Connection], waiting: [Ticket]) {
        isClosed = true
        defer {
            idle = []
            waiting = []
        }
        return (idle.map(\.connection), Array(waiting))
    }
}
