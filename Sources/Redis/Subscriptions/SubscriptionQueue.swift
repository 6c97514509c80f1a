internal import DequeModule

/// The events that wait for a reader, within limits.
struct SubscriptionQueue {
    private let buffering: SubscriptionBuffering
    private var events: Deque<RedisSubscriptionEvent> = []
    private var messageCount = 0
    private var byteCount = 0
    // What was dropped from the front; told before anything else.
    private var droppedFromFront = 0
    private var owesReconnected = false

    init(_ buffering: SubscriptionBuffering) {
        self.buffering = buffering
    }

    mutating func append(_ event: RedisSubscriptionEvent) {
        guard case .message(let message) = event else {
            // Without messages in between, one is as good as many: a server that flaps fills no memory.
            if events.last != event { events.append(event) }
            return
        }
        if buffering.overflow == .dropNewest, isFull(with: message) {
            dropNewest()
            return
        }
        while isFull(with: message) { dropOldest() }
        messageCount += 1
        byteCount += message.payload.count
        events.append(event)
    }

    mutating func next() -> RedisSubscriptionEvent? {
        if owesReconnected {
            owesReconnected = false
            return .reconnected
        }
        if droppedFromFront > 0 {
            defer { droppedFromFront = 0 }
            return .overflow(dropped: droppedFromFront)
        }
        guard let event = events.popFirst() else { return nil }
        if case .message(let message) = event { forget(message) }
        return event
    }

    private func isFull(with message: RedisMessage) -> Bool {
        guard messageCount > 0 else { return false }
        return messageCount >= buffering.maximumMessages
            || byteCount + message.payload.count > buffering.maximumBytes
    }

    private mutating func dropOldest() {
        switch events.popFirst() {
        case .message(let message):
            forget(message)
            droppedFromFront += 1
        case .overflow(let dropped):
            droppedFromFront += dropped
        case .reconnected:
            owesReconnected = true
        case nil:
            break
        }
    }

    private mutating func dropNewest() {
        guard case .overflow(let dropped) = events.last else {
            events.append(.overflow(dropped: 1))
            return
        }
        events[events.count - 1] = .overflow(dropped: dropped + 1)
    }

    private mutating func forget(_ message: RedisMessage) {
        messageCount -= 1
        byteCount -= message.payload.count
    }
}
