internal import NIOCore
internal import Synchronization

/// Brings what a connection says to those who read, and what they want to the connection.
final class SubscriptionRouter: Sendable {
    private struct State {
        var subscriptions = SubscriptionState()
        var buffers: [SubscriptionState.SubscriberID: SubscriptionBuffer] = [:]
        var nextID = 0
        var wire: Wire?

        // Under the lock, so that commands are written in the order in which their replies are expected.
        func write(_ commands: [SubscriptionState.Command]) {
            guard let wire, !commands.isEmpty else { return }
            // A connection that refuses is about to be lost; the next one gets everything again.
            _ = wire.enqueue(nil, expected: 0, deadline: .distantFuture) { writer in
                for command in commands {
                    let (name, argument) = command.words
                    writer.command(name) { $0.write(argument) }
                }
            }
        }
    }

    private let server: String
    private let state = Mutex(State())

    init(server: String) {
        self.server = server
    }

    var isEmpty: Bool { state.withLock { $0.subscriptions.isEmpty } }
    var clientID: Int64? { state.withLock { $0.wire?.clientID } }

    func add(_ buffer: SubscriptionBuffer, topics: Set<SubscriptionState.Topic>) -> SubscriptionState.SubscriberID {
        let (id, effects) = state.withLock { state in
            state.nextID += 1
            let id = state.nextID
            state.buffers[id] = buffer
            let (commands, effects) = state.subscriptions.add(id, topics: topics)
            state.write(commands)
            return (id, effects)
        }
        if !effects.isEmpty { buffer.started.complete(.success(())) }
        return id
    }

    func remove(_ id: SubscriptionState.SubscriberID) {
        state.withLock { state in
            state.buffers[id] = nil
            state.write(state.subscriptions.remove(id))
        }
    }

    func connected(_ wire: Wire) {
        state.withLock { state in
            state.wire = wire
            state.write(state.subscriptions.connected())
        }
    }

    func disconnected() {
        state.withLock { state in
            state.wire = nil
            state.subscriptions.disconnected()
        }
    }

    /// Takes what the server sent; called on the event loop, so in order.
    func received(_ values: [RedisValue]) {
        for value in values {
            let (effects, buffers) = state.withLock { ($0.subscriptions.received(value), $0.buffers) }
            for effect in effects { perform(effect, buffers) }
        }
    }

    /// Ends all subscriptions.
    func finish(_ error: RedisError) {
        let buffers = state.withLock { $0.buffers }
        for buffer in buffers.values { buffer.finish(error) }
    }

    private func perform(
        _ effect: SubscriptionState.Effect,
        _ buffers: [SubscriptionState.SubscriberID: SubscriptionBuffer]
    ) {
        switch effect {
        case .started(let id):
            buffers[id]?.started.complete(.success(()))
        case .reconnected(let id):
            buffers[id]?.append(.reconnected)
        case .deliver(let message, let ids):
            for id in ids { buffers[id]?.append(.message(message)) }
        case .refused(let id, let message, let command):
            buffers[id]?.finish(.reply(message, command: command, server: server))
        case .unexpected:
            let wire = state.withLock { $0.wire }
            wire?.close(RedisError(.protocolError, message: "not a message of a subscription", server: server))
        }
    }
}
