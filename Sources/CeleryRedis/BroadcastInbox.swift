import Celery
import DequeModule
import Foundation
import Logging
import Redis
import Synchronization

/// Listens to the fanout exchanges of a consumer's queues.
///
/// What comes is only here: nobody keeps it for a worker that was away, and it is gone when this one ends.
final class BroadcastInbox: Sendable {
    private struct State {
        var waiting: Deque<Delivery> = []
        var nextNumber = 1
        var isClosed = false
        /// Whether it has been said that some are lost, since there was room the last time.
        var hasComplained = false
    }

    /// How many wait for a worker that takes none; of more, the oldest are lost.
    private static let mostWaiting = 10_000
    /// What the tags of its deliveries begin with: these are in nobody's `unacked`.
    static let tagPrefix = "broadcast."

    private let redis: RedisClient
    private let keys: KeyNames
    private let logger: Logger
    private let listening: TaskPerKey<Queue>
    private let state = Mutex(State())
    /// Called when something has come.
    private let arrived: @Sendable () -> Void

    init(
        redis: RedisClient,
        keys: KeyNames,
        queues: [Queue],
        logger: Logger,
        arrived: @escaping @Sendable () -> Void
    ) {
        self.redis = redis
        self.keys = keys
        self.logger = logger
        self.arrived = arrived
        listening = TaskPerKey(Set(queues.filter(\.isFanout)))
    }

    /// Listens for other queues from now on; those without a fanout exchange do not matter.
    func change(to queues: [Queue]) {
        listening.change(to: Set(queues.filter(\.isFanout)))
    }

    /// Takes what waits, the oldest first.
    func take(upTo limit: Int) -> [Delivery] {
        state.withLock { state in
            let count = min(max(limit, 0), state.waiting.count)
            if count > 0 { state.hasComplained = false }
            defer { state.waiting.removeFirst(count) }
            return Array(state.waiting.prefix(count))
        }
    }

    /// Puts back what was taken, to be taken next.
    func putBack(_ deliveries: [Delivery]) {
        guard !deliveries.isEmpty else { return }
        state.withLock { state in
            guard !state.isClosed else { return }
            state.waiting = deliveries + state.waiting
        }
        arrived()
    }

    /// Forgets everything, now and later.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.waiting = []
        }
    }

    /// Listens until cancelled.
    func run() async {
        await listening.run { queue in await self.listen(for: queue) }
    }

    private func listen(for queue: Queue) async {
        var channels: [String] = []
        var patterns: [String] = []
        for binding in queue.allBindings where binding.exchange.type == .fanout {
            let topics = keys.topics(of: binding)
            channels += topics.channels
            patterns += topics.patterns
        }
        var pause = Duration.milliseconds(100)
        while !Task.isCancelled {
            do {
                try await redis.subscribe(to: channels, patterns: patterns) { subscription in
                    pause = .milliseconds(100)
                    for try await message in subscription { receive(message.payload, queue) }
                }
            } catch {
                if Task.isCancelled { return }
                logger.warning("consumer: broadcasts cannot be heard", metadata: ["error": "\(error)"])
                // Ends early only by cancellation.
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(2))
            }
        }
    }

    private func receive(_ payload: [UInt8], _ queue: Queue) {
        let isOverflow = state.withLock { state in
            guard !state.isClosed else { return false }
            var delivery = Delivery(tag: "\(Self.tagPrefix)\(state.nextNumber)", queue: queue.name, envelope: payload)
            delivery.isBroadcast = true
            state.nextNumber += 1
            state.waiting.append(delivery)
            guard state.waiting.count > Self.mostWaiting else { return false }
            state.waiting.removeFirst()
            defer { state.hasComplained = true }
            return !state.hasComplained
        }
        if isOverflow { logger.warning("consumer: broadcasts come faster than they are run, and the oldest are lost") }
        arrived()
    }
}

extension KeyNames {
    /// The channels on which a fanout exchange's messages for a binding come: kombu's producers put the routing key into
    /// the name.
    fileprivate func topics(of binding: QueueBinding) -> (channels: [String], patterns: [String]) {
        let base = channel(binding.exchange.name, routingKey: "")
        guard transport.fanoutPatterns else { return ([base], []) }
        // Exchanges are names, not patterns.
        let special: Set<Character> = ["*", "?", "[", "]", "\\"]
        let escaped = String(base.flatMap { special.contains($0) ? ["\\", $0] : [$0] })
        // kombu/transport/redis.py, _queue_bind
        let key = binding.routingKey.isEmpty ? "*" : binding.routingKey.replacing("#", with: "*")
        return ([base], ["\(escaped)/\(key)"])
    }
}

extension Delivery {
    /// Whether it has an entry in `unacked`.
    var isHeld: Bool { !tag.hasPrefix(BroadcastInbox.tagPrefix) }

    /// Whether it is somebody else's copy of a broadcast, which kombu has restored into the lists of all its consumers.
    var isForeignCopy: Bool {
        guard isBroadcast, isHeld, let message = try? Message(envelope: envelope) else { return false }
        // Kombu counts nothing.
        guard message.headers[Message.deliveryCountHeader] == nil else { return false }
        return message.properties.isRedelivered && !message.properties.exchange.isEmpty
    }
}
