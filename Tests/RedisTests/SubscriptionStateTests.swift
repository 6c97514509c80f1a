import Testing

@testable import Redis

struct SubscriptionStateTests {
    private typealias Topic = SubscriptionState.Topic

    private func topic(_ name: String) -> Topic { Topic(kind: .channel, name: name) }
    private func confirmation(_ name: String, _ kind: String = "subscribe") -> RedisValue {
        .array([.bulk(Array(kind.utf8)), .bulk(Array(name.utf8)), .integer(1)])
    }
    private func message(_ channel: String, _ payload: RedisValue = .bulk([1])) -> RedisValue {
        .array([.bulk(Array("message".utf8)), .bulk(Array(channel.utf8)), payload])
    }
    private func delivery(_ channel: String, to ids: [Int]) -> SubscriptionState.Effect {
        .deliver(RedisMessage(channel: channel, payload: [1]), to: ids)
    }

    @Test func `a subscriber starts when the last of its channels is confirmed`() {
        var state = SubscriptionState()
        _ = state.connected()
        let (commands, effects) = state.add(1, topics: [topic("a"), topic("b")])
        #expect(Set(commands) == [.subscribe(topic("a")), .subscribe(topic("b"))])
        #expect(effects.isEmpty)
        #expect(state.received(confirmation("a")).isEmpty)
        #expect(state.received(confirmation("b")) == [.started(1)])
    }

    @Test func `a channel is asked for once and left after its last subscriber`() {
        var state = SubscriptionState()
        _ = state.connected()
        _ = state.add(1, topics: [topic("a")])
        #expect(state.add(2, topics: [topic("a")]).commands.isEmpty)
        #expect(state.received(confirmation("a")) == [.started(1), .started(2)])
        let (commands, effects) = state.add(3, topics: [topic("a")])
        #expect(commands.isEmpty)
        #expect(effects == [.started(3)])
        #expect(state.received(message("a")) == [delivery("a", to: [1, 2, 3])])
        #expect(state.remove(1).isEmpty)
        #expect(state.remove(2).isEmpty)
        #expect(state.remove(3) == [.unsubscribe(topic("a"))])
        #expect(state.isEmpty)
    }

    @Test func `what is wanted before there is a connection is asked for on it`() {
        var state = SubscriptionState()
        #expect(state.add(1, topics: [topic("a")]).commands.isEmpty)
        #expect(state.connected() == [.subscribe(topic("a"))])
        #expect(state.received(confirmation("a")) == [.started(1)])
    }

    @Test func `a new connection is told everything again, and readers hear of it`() {
        var state = SubscriptionState()
        _ = state.connected()
        _ = state.add(1, topics: [topic("a")])
        _ = state.received(confirmation("a"))
        _ = state.add(2, topics: [topic("b")])
        state.disconnected()
        #expect(state.received(message("a")).isEmpty)
        #expect(Set(state.connected()) == [.subscribe(topic("a")), .subscribe(topic("b"))])
        let effects = state.received(confirmation("x")) + state.received(confirmation("y"))
        #expect(Set(effects.map { "\($0)" }) == ["reconnected(1)", "started(2)"])
    }

    @Test func `only the last confirmation counts when a channel was left in between`() {
        var state = SubscriptionState()
        _ = state.connected()
        _ = state.add(1, topics: [topic("a")])
        #expect(state.remove(1) == [.unsubscribe(topic("a"))])
        #expect(state.add(2, topics: [topic("a")]).commands == [.subscribe(topic("a"))])
        #expect(state.received(confirmation("a")).isEmpty)
        #expect(state.received(message("a")).isEmpty)
        #expect(state.received(confirmation("a", "unsubscribe")).isEmpty)
        #expect(state.received(confirmation("a")) == [.started(2)])
        #expect(state.received(message("a")) == [delivery("a", to: [2])])
    }

    @Test func `a refused channel fails its subscribers, and the next asks anew`() {
        var state = SubscriptionState()
        _ = state.connected()
        _ = state.add(1, topics: [topic("a")])
        let effects = state.received(.error("NOPERM no"))
        #expect(effects == [.refused(1, message: "NOPERM no", command: "SUBSCRIBE")])
        #expect(state.add(2, topics: [topic("a")]).commands == [.subscribe(topic("a"))])
        #expect(state.remove(1).isEmpty)
    }

    @Test func `invalidated keys are messages of their own`() {
        var state = SubscriptionState()
        _ = state.connected()
        _ = state.add(1, topics: [topic("i")])
        _ = state.received(confirmation("i"))
        #expect(state.received(message("i", .array([.bulk([1]), .bulk([1])]))).count == 2)
        #expect(
            state.received(message("i", .null)) == [.deliver(RedisMessage(channel: "i", payload: []), to: [1])]
        )
    }

    @Test func `what has no place in a subscription is noticed`() {
        var state = SubscriptionState()
        _ = state.connected()
        for value: RedisValue in [.integer(1), .array([]), confirmation("a"), .array([.bulk(Array("x".utf8))])] {
            #expect(state.received(value) == [.unexpected])
        }
        #expect(state.received(.simpleString("PONG")).isEmpty)
        #expect(state.received(.array([.bulk(Array("pong".utf8)), .bulk([])])).isEmpty)
    }
}

struct SubscriptionQueueTests {
    private func message(_ size: Int) -> RedisSubscriptionEvent {
        .message(RedisMessage(channel: "c", payload: Array(repeating: 0, count: size)))
    }

    private func all(_ queue: inout SubscriptionQueue) -> [RedisSubscriptionEvent] {
        var events: [RedisSubscriptionEvent] = []
        while let event = queue.next() { events.append(event) }
        return events
    }

    @Test func `the oldest go and the reader is told first`() {
        var queue = SubscriptionQueue(SubscriptionBuffering(maximumMessages: 2))
        for size in 1...5 { queue.append(message(size)) }
        #expect(all(&queue) == [.overflow(dropped: 3), message(4), message(5)])
        queue.append(message(1))
        #expect(all(&queue) == [message(1)])
    }

    @Test func `the newest go and the reader is told where`() {
        var queue = SubscriptionQueue(SubscriptionBuffering(maximumMessages: 2, overflow: .dropNewest))
        for size in 1...5 { queue.append(message(size)) }
        #expect(queue.next() == message(1))
        queue.append(message(6))
        queue.append(message(7))
        #expect(all(&queue) == [message(2), .overflow(dropped: 3), message(6), .overflow(dropped: 1)])
    }

    @Test func `bytes are limited, but for a single message`() {
        var queue = SubscriptionQueue(SubscriptionBuffering(maximumMessages: 100, maximumBytes: 10))
        queue.append(message(4))
        queue.append(message(6))
        queue.append(message(50))
        #expect(all(&queue) == [.overflow(dropped: 2), message(50)])
    }

    @Test func `a reconnect is not lost with the messages around it`() {
        var queue = SubscriptionQueue(SubscriptionBuffering(maximumMessages: 1))
        queue.append(message(1))
        queue.append(.reconnected)
        queue.append(.reconnected)
        queue.append(message(2))
        queue.append(message(3))
        #expect(all(&queue) == [.reconnected, .overflow(dropped: 2), message(3)])
    }
}
