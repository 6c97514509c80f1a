extension Message {
    /// The header in which losses are counted, and by which a message that a worker of this kind handed back can be told
    /// from one that kombu did; RabbitMQ's quorum queues use the same name.
    public static let deliveryCountHeader = "x-delivery-count"

    /// The header of a message that a worker has received and left in the broker until its time.
    public static let parkedHeader = "x-parked"

    /// Whether a worker has received the message before, and left it in the broker until its time.
    public var wasParked: Bool { headers[Self.parkedHeader]?.boolValue ?? false }

    /// The message as it comes back to its queue when its time has come.
    public func markedParked() -> Message {
        var message = self
        message.headers[Self.parkedHeader] = true
        return message
    }

    /// How often a worker, or the process that ran its task, was lost with the message.
    public var deliveryCount: Int {
        // Whoever sent it may have written anything, and it is counted on.
        min(max(headers[Self.deliveryCountHeader]?.intValue ?? 0, 0), 1_000_000_000)
    }

    /// The message as it goes back to its queue after a delivery that came to nothing.
    ///
    /// The tag stays, so that an acknowledgement that was under way meets its message.
    ///
    /// - Parameter deliveryCount: How often a worker or process was lost with it by now.
    /// - Returns: The message with its marks.
    public func markedRedelivered(deliveryCount: Int) -> Message {
        // kombu/transport/redis.py, _do_restore_message: the mark stands in both places.
        var message = self
        message.headers["redelivered"] = true
        message.headers[Self.deliveryCountHeader] = .integer(deliveryCount)
        var info = properties.members["delivery_info"]?.objectValue ?? [:]
        info["redelivered"] = true
        message.properties.members["delivery_info"] = .object(info)
        return message
    }

    /// The message without the marks of earlier deliveries, as it is published anew.
    package func withoutRedeliveryMarks() -> Message {
        var message = self
        message.headers["redelivered"] = nil
        message.headers[Self.deliveryCountHeader] = nil
        message.headers[Self.parkedHeader] = nil
        if var info = properties.members["delivery_info"]?.objectValue, info["redelivered"] != nil {
            info["redelivered"] = nil
            message.properties.members["delivery_info"] = .object(info)
        }
        return message
    }
}
