extension Queue {
    /// The queue as `inspect active_queues` shows it (kombu/entity.py, `as_dict`).
    public var jsonValue: JSONValue {
        [
            "name": .string(name.rawValue),
            "exchange": exchange.jsonValue,
            "routing_key": .string(routingKey),
            "queue_arguments": .null,
            "binding_arguments": .null,
            "consumer_arguments": .null,
            "durable": .bool(isDurable),
            "exclusive": false,
            "auto_delete": .bool(isAutoDeleted),
            "no_ack": false,
            "alias": alias.map { .string($0) } ?? .null,
            "bindings": .array(bindings.map(\.jsonValue)),
            "no_declare": .null,
            "expires": expires.map { .double($0.seconds) } ?? .null,
            "message_ttl": .null,
            "max_length": .null,
            "max_length_bytes": .null,
            "max_priority": maxPriority.map { .integer($0) } ?? .null,
        ]
    }

    /// Makes a queue of the options with which Celery declares one by name (celery/app/amqp.py, `add_compat`).
    ///
    /// Also takes what ``jsonValue`` makes. What means nothing on Redis is not looked at.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - options: `exchange`, `exchange_type`, `routing_key` or `binding_key`, `expires` in seconds, `max_priority`,
    ///     `durable`, `auto_delete`, `queue_arguments`, `bindings`, `alias`.
    /// - Throws: ``CeleryError`` with the code `invalidConfiguration` that names the option.
    public init(_ name: QueueName, options: JSONObject) throws(CeleryError) {
        let read = QueueOptions(queue: name, options: options)
        let bindingKey = try read.text("binding_key")
        let highest = try read.argument("x-max-priority")
        self.init(
            name,
            exchange: try read.exchange(),
            routingKey: try read.text("routing_key") ?? bindingKey,
            bindings: try read.bindings(),
            expires: try read.expires(),
            maxPriority: try read.integer("max_priority") ?? highest,
            isDurable: try read.flag("durable") ?? true,
            isAutoDeleted: try read.flag("auto_delete") ?? false,
            alias: try read.text("alias")
        )
    }
}

extension Exchange {
    /// The exchange as `inspect active_queues` shows it.
    var jsonValue: JSONValue {
        [
            "name": .string(name),
            "type": .string(type.rawValue),
            "arguments": .null,
            "durable": .bool(isDurable),
            "passive": false,
            "auto_delete": .bool(isAutoDeleted),
            "delivery_mode": .null,
            "no_declare": false,
        ]
    }
}

extension QueueBinding {
    fileprivate var jsonValue: JSONValue {
        [
            "exchange": exchange.jsonValue, "routing_key": .string(routingKey), "arguments": .null,
            "unbind_arguments": .null,
        ]
    }
}
