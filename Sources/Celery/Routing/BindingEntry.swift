/// One line of an exchange's table in Redis: routing key, pattern, queue.
package struct BindingEntry: Sendable, Hashable {
    /// The routing key, or the binding key of a topic exchange.
    package let routingKey: String
    /// The regular expression of a topic exchange's binding; empty otherwise.
    package let pattern: String
    /// The queue that is bound.
    package let queue: QueueName

    /// The line of a binding.
    package init(_ binding: QueueBinding, of queue: QueueName) {
        routingKey = binding.routingKey
        pattern = binding.exchange.type == .topic ? TopicPattern(binding.routingKey).regularExpression : ""
        self.queue = queue
    }

    /// Reads a line; nil for one that kombu did not write.
    package init?(_ text: String, separator: String) {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts[2].isEmpty else { return nil }
        routingKey = parts[0]
        pattern = parts[1]
        queue = QueueName(parts[2])
    }

    /// The line as kombu writes it.
    package func text(separator: String) -> String {
        [routingKey, pattern, queue.rawValue].joined(separator: separator)
    }

    /// Whether a message goes to the queue.
    ///
    /// - Parameters:
    ///   - key: The message's routing key.
    ///   - type: The type of the exchange; nil if nobody here has declared it: then the pattern tells, for only topic
    ///     exchanges have one.
    /// - Returns: Whether it fits.
    package func fits(_ key: String, type: ExchangeType?) -> Bool {
        switch type {
        case .fanout: true
        case .direct: routingKey == key
        case .topic, nil: pattern.isEmpty ? routingKey == key : TopicPattern(routingKey).matches(key)
        }
    }
}
