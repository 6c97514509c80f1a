internal import DequeModule

/// Who reads which channels, and what the server still has to confirm: all that outlives a connection.
///
/// Each channel is a command of its own, so that each has one reply, a confirmation or an error, in the order in
/// which they were written.
struct SubscriptionState {
    typealias SubscriberID = Int

    struct Topic: Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            case channel, pattern
        }

        var kind: Kind
        var name: String
    }

    enum Command: Hashable {
        case subscribe(Topic)
        case unsubscribe(Topic)

        var words: (name: String, argument: String) {
            switch self {
            case .subscribe(let topic): (topic.kind == .channel ? "SUBSCRIBE" : "PSUBSCRIBE", topic.name)
            case .unsubscribe(let topic): (topic.kind == .channel ? "UNSUBSCRIBE" : "PUNSUBSCRIBE", topic.name)
            }
        }
    }

    enum Effect: Equatable {
        /// All that the subscriber wants is confirmed for the first time.
        case started(SubscriberID)
        /// All is confirmed again, on a new connection.
        case reconnected(SubscriberID)
        case deliver(RedisMessage, to: [SubscriberID])
        /// The server refuses a channel.
        case refused(SubscriberID, message: String, command: String)
        /// The server sent what has no place here.
        case unexpected
    }

    private struct Subscriber {
        var topics: Set<Topic>
        var unconfirmed: Set<Topic>
        var hasStarted = false
    }

    private struct Entry {
        var subscribers: [SubscriberID] = []
        var isConfirmed = false
    }

    private var subscribers: [SubscriberID: Subscriber] = [:]
    private var entries: [Topic: Entry] = [:]
    private var expected: Deque<Command> = []
    // How many times a topic is among the expected confirmations of a SUBSCRIBE.
    private var expectedSubscribes: [Topic: Int] = [:]
    private var isConnected = false

    var isEmpty: Bool { subscribers.isEmpty }

    /// A subscriber comes.
    ///
    /// - Returns: What to write, and what has happened at once.
    mutating func add(_ id: SubscriberID, topics: Set<Topic>) -> (commands: [Command], effects: [Effect]) {
        var commands: [Command] = []
        var unconfirmed: Set<Topic> = []
        for topic in topics {
            let isNew = entries[topic] == nil
            entries[topic, default: Entry()].subscribers.append(id)
            if entries[topic]?.isConfirmed != true { unconfirmed.insert(topic) }
            if isNew { commands.append(.subscribe(topic)) }
        }
        subscribers[id] = Subscriber(topics: topics, unconfirmed: unconfirmed)
        return (expect(commands), unconfirmed.isEmpty ? start(id) : [])
    }

    /// A subscriber goes.
    ///
    /// - Returns: What to write.
    mutating func remove(_ id: SubscriberID) -> [Command] {
        guard let subscriber = subscribers.removeValue(forKey: id) else { return [] }
        var commands: [Command] = []
        for topic in subscriber.topics {
            entries[topic]?.subscribers.removeAll { $0 == id }
            guard entries[topic]?.subscribers.isEmpty == true else { continue }
            entries[topic] = nil
            commands.append(.unsubscribe(topic))
        }
        return expect(commands)
    }

    /// A new connection knows nothing.
    ///
    /// - Returns: What to write.
    mutating func connected() -> [Command] {
        disconnected()
        isConnected = true
        return expect(entries.keys.map(Command.subscribe))
    }

    mutating func disconnected() {
        isConnected = false
        expected = []
        expectedSubscribes = [:]
        for topic in entries.keys { entries[topic]?.isConfirmed = false }
        for (id, subscriber) in subscribers { subscribers[id]?.unconfirmed = subscriber.topics }
    }

    mutating func received(_ value: RedisValue) -> [Effect] {
        switch value {
        case .array(let parts):
            guard let kind = parts.first?.string else { return [.unexpected] }
            return received(kind, parts)
        case .error(let text):
            return refused(text)
        case .simpleString:
            // The answer to a PING before the first channel.
            return []
        case .null, .integer, .bulk:
            return [.unexpected]
        }
    }

    private mutating func received(_ kind: String, _ parts: [RedisValue]) -> [Effect] {
        switch kind {
        case "message" where parts.count == 3:
            return deliver(Topic(kind: .channel, name: text(parts[1])), channel: text(parts[1]), parts[2])
        case "pmessage" where parts.count == 4:
            return deliver(Topic(kind: .pattern, name: text(parts[1])), channel: text(parts[2]), parts[3])
        case "subscribe", "psubscribe", "unsubscribe", "punsubscribe":
            return confirmed()
        case "pong":
            return []
        default:
            return [.unexpected]
        }
    }

    private mutating func confirmed() -> [Effect] {
        guard let command = nextExpected() else { return [.unexpected] }
        guard case .subscribe(let topic) = command, let entry = entries[topic] else { return [] }
        // It was unsubscribed and subscribed again since: the last confirmation counts.
        guard expectedSubscribes[topic] == nil else { return [] }
        entries[topic]?.isConfirmed = true
        return entry.subscribers.flatMap { id in
            guard subscribers[id]?.unconfirmed.remove(topic) != nil else { return [Effect]() }
            return subscribers[id]?.unconfirmed.isEmpty == true ? start(id) : []
        }
    }

    private mutating func refused(_ text: String) -> [Effect] {
        guard let command = nextExpected() else { return [.unexpected] }
        guard case .subscribe(let topic) = command, expectedSubscribes[topic] == nil else { return [] }
        // Whoever comes next asks anew.
        let refused = entries.removeValue(forKey: topic)?.subscribers ?? []
        for id in refused { subscribers[id]?.topics.remove(topic) }
        return refused.map { .refused($0, message: text, command: command.words.name) }
    }

    private mutating func expect(_ commands: [Command]) -> [Command] {
        guard isConnected else { return [] }
        expected.append(contentsOf: commands)
        for case .subscribe(let topic) in commands { expectedSubscribes[topic, default: 0] += 1 }
        return commands
    }

    private mutating func nextExpected() -> Command? {
        guard let command = expected.popFirst() else { return nil }
        if case .subscribe(let topic) = command, let count = expectedSubscribes[topic] {
            expectedSubscribes[topic] = count > 1 ? count - 1 : nil
        }
        return command
    }

    private mutating func start(_ id: SubscriberID) -> [Effect] {
        let hasStarted = subscribers[id]?.hasStarted == true
        subscribers[id]?.hasStarted = true
        return [hasStarted ? .reconnected(id) : .started(id)]
    }

    private func deliver(_ topic: Topic, channel: String, _ payload: RedisValue) -> [Effect] {
        // What comes before the confirmation belongs to subscribers of an earlier time.
        guard let entry = entries[topic], entry.isConfirmed else { return [] }
        let pattern = topic.kind == .pattern ? topic.name : nil
        let payloads: [[UInt8]]
        switch payload {
        case .bulk(let bytes): payloads = [bytes]
        case .array(let keys): payloads = keys.compactMap(\.bytes)
        case .null: payloads = [[]]
        case .simpleString, .error, .integer: return [.unexpected]
        }
        return payloads.map { payload in
            .deliver(RedisMessage(channel: channel, pattern: pattern, payload: payload), to: entry.subscribers)
        }
    }

    private func text(_ value: RedisValue) -> String {
        String(decoding: value.bytes ?? [], as: UTF8.self)
    }
}
