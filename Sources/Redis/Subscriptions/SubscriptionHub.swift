internal import NIOCore

/// All subscriptions of a client, on one connection that is there while anybody reads.
final class SubscriptionHub: Sendable {
    let router: SubscriptionRouter
    private let source: any ConnectionSource
    private let keeper: ConnectionKeeper

    init(source: any ConnectionSource) {
        let router = SubscriptionRouter(server: source.server)
        self.source = source
        self.router = router
        self.keeper = ConnectionKeeper(
            source: source,
            events: ConnectionKeeper.Events(
                onPush: { router.received($0) },
                onConnected: { router.connected($0) },
                onLost: { router.disconnected() },
                onRefused: { router.finish($0) },
                isWanted: { !router.isEmpty }
            )
        )
    }

    /// Subscribes and waits for the server's confirmation of everything.
    ///
    /// - Parameters:
    ///   - topics: The channels and patterns.
    ///   - buffering: How many messages wait for the reader.
    ///   - timeout: How long to wait for the confirmation.
    /// - Returns: Where the messages come, and the number to ``end(_:)`` it with.
    /// - Throws: ``RedisError``; then there is nothing to end.
    func begin(
        _ topics: Set<SubscriptionState.Topic>,
        buffering: SubscriptionBuffering,
        timeout: Duration
    ) async throws(RedisError) -> (SubscriptionBuffer, SubscriptionState.SubscriberID) {
        let buffer = SubscriptionBuffer(buffering)
        let id = router.add(buffer, topics: topics)
        if let refusal = keeper.demand() {
            end(id)
            throw refusal
        }
        let deadline = NIODeadline.after(timeout)
        let timer = source.eventLoop.scheduleTask(deadline: deadline) { [keeper, source] in
            let error = keeper.lastError ?? RedisError(.timedOut, message: "the subscription was not confirmed")
            buffer.started.complete(.failure(error.at(source.server)))
        }
        let result = await buffer.started.value(orWhenCancelled: .failure(.cancelled))
        timer.cancel()
        if case .failure(let error) = result {
            end(id)
            throw error
        }
        return (buffer, id)
    }

    func end(_ id: SubscriptionState.SubscriberID) {
        router.remove(id)
        guard router.isEmpty else { return }
        // Whoever reads now and then shall not cost a connection each time.
        let lifetime = TimeAmount(clamping: source.configuration.pool.idleLifetime)
        source.eventLoop.scheduleTask(in: lifetime) { [weak router, weak keeper] in
            if let router, router.isEmpty { keeper?.release() }
        }
    }

    func close() async {
        router.finish(ReconnectState.closedError.at(source.server))
        await keeper.close()
    }

    func closeNow() {
        router.finish(ReconnectState.closedError.at(source.server))
        keeper.closeNow()
    }
}
