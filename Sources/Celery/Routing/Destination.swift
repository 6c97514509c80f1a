/// Where a message is sent.
public enum Destination: Sendable, Hashable {
    /// To a queue by its name.
    case queue(QueueName)
    /// To an exchange, and from there to every queue whose binding fits.
    ///
    /// A type of nil means that nobody here has declared the exchange: its table tells direct from topic.
    case exchange(String, type: ExchangeType?, routingKey: String)

    /// Where a message was sent, by what stands in it.
    ///
    /// - Parameters:
    ///   - exchange: The exchange; empty for a queue.
    ///   - routingKey: The routing key; the queue's name for a queue.
    public init(exchange: String, routingKey: String) {
        self = exchange.isEmpty ? .queue(QueueName(routingKey)) : .exchange(exchange, type: nil, routingKey: routingKey)
    }

    /// The exchange as it stands in the message; empty for a queue.
    public var exchange: String {
        switch self {
        case .queue: ""
        case .exchange(let name, _, _): name
        }
    }

    /// The routing key as it stands in the message; the queue's name for a queue.
    public var routingKey: String {
        switch self {
        case .queue(let name): name.rawValue
        case .exchange(_, _, let key): key
        }
    }
}

extension Destination: CustomStringConvertible {
    /// The queue, or the exchange with the routing key.
    public var description: String {
        switch self {
        case .queue(let name): "queue \(name)"
        case .exchange(let name, let type, let key):
            "\(type.map { "\($0.rawValue) " } ?? "")exchange \(name) with routing key \(key)"
        }
    }
}
