internal import NIOCore
internal import Synchronization

/// The connections to a master, which end when the sentinels say that another server is the master now.
///
/// A former master does not know for seconds that it is one, and takes commands that will be forgotten.
final class MasterConnections: Sendable {
    typealias Host = RedisClientConfiguration.Sentinels.Host

    private struct State {
        var wires: [ObjectIdentifier: (wire: Wire, host: Host)] = [:]
        /// The last news of where the master is, and how many there have been.
        var announced: Host?
        var announcements = 0
    }

    private let state = Mutex(State())

    /// How much is known now, for ``admit(_:to:asOf:)``.
    var announcements: Int { state.withLock { $0.announcements } }

    /// Takes a new connection on.
    ///
    /// - Parameters:
    ///   - wire: The connection.
    ///   - host: Where it leads.
    ///   - announcements: What was known when the sentinels were asked.
    /// - Throws: ``RedisError`` that passes, when they have named another server since.
    func admit(_ wire: Wire, to host: Host, asOf announcements: Int) throws(RedisError) {
        let isCurrent = state.withLock { state in
            let isCurrent = state.announcements == announcements || state.announced == host
            if isCurrent { state.wires[ObjectIdentifier(wire)] = (wire, host) }
            return isCurrent
        }
        guard isCurrent else {
            let error = Self.changed.at(wire.server)
            wire.close(error)
            throw error
        }
        wire.channel.closeFuture.whenComplete { [weak self] _ in
            self?.state.withLock { _ = $0.wires.removeValue(forKey: ObjectIdentifier(wire)) }
        }
    }

    /// Hears where the master is, and closes the connections that lead elsewhere.
    func announced(_ host: Host) {
        let outdated = state.withLock { state in
            state.announced = host
            state.announcements += 1
            return state.wires.values.filter { $0.host != host }.map(\.wire)
        }
        // What is in flight there may be forgotten, so nobody is to be told that it succeeded.
        for wire in outdated { wire.close(Self.changed.at(wire.server)) }
    }

    private static let changed = RedisError(.connectionClosed, message: "another server is the master now")
}
