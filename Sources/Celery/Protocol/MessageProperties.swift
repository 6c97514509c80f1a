/// The properties of a message, with whatever else the producer put there.
public struct MessageProperties: Sendable, Hashable {
    /// All members as they stand on the wire, unknown ones included.
    public var members: JSONObject

    /// Takes over properties without looking at them.
    ///
    /// - Parameter members: All members.
    public init(members: JSONObject = [:]) {
        self.members = members
    }

    /// Makes the properties of a message to publish, in the order in which kombu writes them.
    ///
    /// - Parameters:
    ///   - correlationID: The task id, for tasks.
    ///   - replyTo: The producer's reply id; written whenever there is a correlation id.
    ///   - isPersistent: Whether the delivery mode is 2, as for tasks and control requests, not 1, as for events and replies.
    ///   - exchange: The exchange; empty for the default one.
    ///   - routingKey: The routing key; the queue's name for the default exchange.
    ///   - priority: The priority; on Redis lower is sooner.
    ///   - deliveryTag: The tag; a fresh one by default.
    public init(
        correlationID: String? = nil,
        replyTo: String? = nil,
        isPersistent: Bool = true,
        exchange: String = "",
        routingKey: String,
        priority: Int = 0,
        deliveryTag: String = MessageProperties.freshDeliveryTag()
    ) {
        members = [:]
        if let correlationID {
            members["correlation_id"] = .string(correlationID)
            members["reply_to"] = .string(replyTo ?? "")
        }
        members["delivery_mode"] = .integer(isPersistent ? 2 : 1)
        members["delivery_info"] = ["exchange": .string(exchange), "routing_key": .string(routingKey)]
        members["priority"] = .integer(priority)
        members["body_encoding"] = "base64"
        members["delivery_tag"] = .string(deliveryTag)
    }

    /// A tag for a message that is published now: a random UUID.
    public static func freshDeliveryTag() -> String { randomUUIDText() }

    /// The task id, for tasks.
    public var correlationID: String? { members["correlation_id"]?.stringValue }

    /// The producer's reply id, or nil when there is none or an empty one.
    public var replyTo: String? {
        members["reply_to"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The tag under which the message is held while it is not acknowledged.
    public var deliveryTag: String? {
        get { members["delivery_tag"]?.stringValue }
        set { members["delivery_tag"] = newValue.map { .string($0) } }
    }

    /// The priority, 0 when none is given.
    public var priority: Int { members["priority"]?.intValue ?? 0 }

    /// How the body is put into the envelope: `base64`, or `utf-8` for the raw text.
    public var bodyEncoding: String? { members["body_encoding"]?.stringValue }

    /// The exchange to which the message was sent; empty for the default one.
    public var exchange: String { members["delivery_info"]?["exchange"]?.stringValue ?? "" }

    /// The routing key with which the message was sent: the queue's name for the default exchange.
    public var routingKey: String { members["delivery_info"]?["routing_key"]?.stringValue ?? "" }

    /// Whether the message was restored after an earlier delivery.
    public var isRedelivered: Bool { members["delivery_info"]?["redelivered"]?.boolValue ?? false }

    /// Refuses members whose kind would mislead the accessors.
    func validate() throws(MessageError) {
        for name in ["correlation_id", "reply_to", "delivery_tag", "body_encoding"] {
            try Self.require(members[name], "properties.\(name)", "str") { $0.stringValue != nil }
        }
        try Self.require(members["priority"], "properties.priority", "int") { $0.intValue != nil }
        try Self.require(members["delivery_info"], "properties.delivery_info", "dict") { $0.objectValue != nil }
        for name in ["exchange", "routing_key"] {
            let value = members["delivery_info"]?[name]
            try Self.require(value, "properties.delivery_info.\(name)", "str") { $0.stringValue != nil }
        }
    }

    private static func require(
        _ value: JSONValue?,
        _ member: String,
        _ expected: String,
        _ isFitting: (JSONValue) -> Bool
    ) throws(MessageError) {
        guard let value, !value.isNull, !isFitting(value) else { return }
        throw MessageError(member: member, expected: expected, found: value)
    }
}
