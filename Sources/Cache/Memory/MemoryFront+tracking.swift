internal import Logging
internal import Redis

extension MemoryFront {
    // Redis' name for the channel of invalidation messages of connections that speak RESP2.
    private static let invalidationChannel = "__redis__:invalidate"
    // The subscription and the pool have their own pauses; this one is for a server that refuses.
    private static let retryPause = Duration.seconds(1)

    /// Keeps the memory in use until the task is cancelled.
    func run() async {
        // On the client's event loop: changes are to be heard of even while the cooperative pool is busy.
        await withTaskExecutorPreference(redis.taskExecutor) {
            var complaint = Complaint(logger: logger)
            while !Task.isCancelled {
                do {
                    let channels = [MemoryFront.invalidationChannel, beatChannel]
                    try await redis.subscribe(to: channels) { subscription in
                        try await self.follow(subscription)
                    }
                    complaint.isMade = false
                } catch {
                    await complaint.pause(after: error)
                }
            }
        }
    }

    // Returns when the subscription has another connection: tracking has to be turned on for that one.
    private func follow(_ subscription: RedisSubscription) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { await self.keepSessions(with: subscription) }
            defer { group.cancelAll() }
            for try await event in subscription.events {
                switch event {
                case .message(let message) where message.channel == beatChannel:
                    heard(beat: String(decoding: message.payload, as: UTF8.self))
                case .message(let message) where message.payload.isEmpty:
                    // FLUSHALL or FLUSHDB, or the key of no bytes.
                    invalidateAll()
                case .message(let message):
                    invalidate([message.payload])
                case .overflow:
                    invalidateAll()
                default:
                    endSession()
                    return
                }
            }
        }
    }

    private func keepSessions(with subscription: RedisSubscription) async {
        var complaint = Complaint(logger: logger)
        while !Task.isCancelled {
            do {
                guard let clientID = subscription.clientID else {
                    throw RedisError(.connectionClosed, message: "the subscription has no connection")
                }
                try await redis.withConnection { connection in
                    try await self.use(
                        Session(connection: connection, subscription: subscription, clientID: clientID)
                    )
                }
                complaint.isMade = false
            } catch {
                await complaint.pause(after: error)
            }
        }
    }

    // Says once why the memory is not in use.
    private struct Complaint {
        let logger: Logger
        var isMade = false

        mutating func pause(after error: any Error) async {
            guard !Task.isCancelled else { return }
            if !isMade {
                isMade = true
                logger.warning("the cache does without memory", metadata: ["error": "\(error)"])
            }
            // Throws when cancelled, which the loop around it sees.
            try? await Task.sleep(for: MemoryFront.retryPause)
        }
    }
}
