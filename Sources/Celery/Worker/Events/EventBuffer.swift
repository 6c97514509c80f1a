import DequeModule

/// Events that are to be sent, in their order: the newest 10,000.
struct EventBuffer: Sendable {
    /// What goes in one message.
    struct Batch: Sendable {
        let body: JSONValue
        let routingKey: String
        /// The number of the event after the last one.
        fileprivate let end: Int
    }

    private struct Entry: Sendable {
        let event: JSONValue
        /// Nil for one that may go together with others of tasks.
        let routingKey: String?
    }

    /// celery/events/dispatcher.py: buffer_limit.
    private static let batchSize = 24
    static let mostKept = 10_000

    private var entries: Deque<Entry> = []
    /// The number of the first entry.
    private var first = 0
    /// Whether the first entry could not be sent, so that later ones wait behind it.
    private(set) var isHeldUp = false

    /// Adds an event; the oldest one goes if there are too many.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - routingKey: Its routing key; nil for an event of a task that may go together with others.
    /// - Returns: Whether it is the only one.
    mutating func append(_ event: JSONValue, routingKey: String? = nil) -> Bool {
        if entries.count >= Self.mostKept { removeFirst(1) }
        entries.append(Entry(event: event, routingKey: routingKey))
        return entries.count == 1
    }

    /// What is to be sent next; it stays until it is removed.
    var next: Batch? {
        guard let entry = entries.first else { return nil }
        if let routingKey = entry.routingKey {
            return Batch(body: entry.event, routingKey: routingKey, end: first + 1)
        }
        let events = entries.prefix(Self.batchSize).prefix { $0.routingKey == nil }.map(\.event)
        return Batch(body: .array(events), routingKey: "task.multi", end: first + events.count)
    }

    /// Takes note that nothing can be sent now.
    mutating func holdUp() { isHeldUp = !entries.isEmpty }

    /// Removes what has been sent, as far as it is still there.
    mutating func remove(_ batch: Batch) {
        removeFirst(max(0, batch.end - first))
        isHeldUp = isHeldUp && !entries.isEmpty
    }

    private mutating func removeFirst(_ count: Int) {
        entries.removeFirst(count)
        first += count
    }
}
