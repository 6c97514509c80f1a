/// Reads the options of a queue that come as JSON.
struct QueueOptions {
    let queue: QueueName
    let options: JSONObject

    func text(_ name: String) throws(CeleryError) -> String? {
        switch options[name] {
        case nil, .null: nil
        case .string(let text): text
        default: throw wrong(name, "a text")
        }
    }

    func integer(_ name: String) throws(CeleryError) -> Int? {
        guard let value = options[name], !value.isNull else { return nil }
        guard let number = value.intValue else { throw wrong(name, "an integer") }
        return number
    }

    func flag(_ name: String) throws(CeleryError) -> Bool? {
        guard let value = options[name], !value.isNull else { return nil }
        guard let flag = value.boolValue else { throw wrong(name, "true or false") }
        return flag
    }

    /// One of the arguments that RabbitMQ's way of declaring has.
    func argument(_ name: String) throws(CeleryError) -> Int? {
        guard let value = options["queue_arguments"]?[name], !value.isNull else { return nil }
        guard let number = value.intValue else { throw wrong("queue_arguments.\(name)", "an integer") }
        return number
    }

    func expires() throws(CeleryError) -> Duration? {
        // kombu/entity.py: seconds; in the arguments milliseconds.
        if let milliseconds = try argument("x-expires") { return .milliseconds(milliseconds) }
        guard let value = options["expires"], !value.isNull else { return nil }
        guard let seconds = value.doubleValue, seconds > 0 else {
            throw wrong("expires", "a number of seconds above 0")
        }
        return .seconds(seconds)
    }

    func exchange() throws(CeleryError) -> Exchange? {
        try exchange(of: options, kind: text("exchange_type"))
    }

    func bindings() throws(CeleryError) -> [QueueBinding] {
        guard let value = options["bindings"], !value.isNull else { return [] }
        guard case .array(let bindings) = value else { throw wrong("bindings", "a list") }
        return try bindings.map { binding throws(CeleryError) in
            guard let binding = binding.objectValue, let exchange = try exchange(of: binding, kind: nil) else {
                throw wrong("bindings", "a list of objects with an exchange")
            }
            return QueueBinding(exchange, routingKey: binding["routing_key"]?.stringValue ?? "")
        }
    }

    private func exchange(of object: JSONObject, kind: String?) throws(CeleryError) -> Exchange? {
        switch object["exchange"] {
        case nil, .null:
            guard let kind else { return nil }
            return Exchange(queue.rawValue, type: try type(kind))
        case .string(let name):
            return Exchange(name, type: try type(kind))
        case .object(let members):
            return Exchange(
                members["name"]?.stringValue ?? "",
                type: try type(members["type"]?.stringValue ?? kind),
                isDurable: members["durable"]?.boolValue ?? true,
                isAutoDeleted: members["auto_delete"]?.boolValue ?? false
            )
        default:
            throw wrong("exchange", "a text")
        }
    }

    private func type(_ name: String?) throws(CeleryError) -> ExchangeType {
        guard let name, !name.isEmpty else { return .direct }
        guard let type = ExchangeType(rawValue: name) else {
            throw wrong("exchange_type", "direct, topic or fanout")
        }
        return type
    }

    private func wrong(_ name: String, _ kind: String) -> CeleryError {
        CeleryError(.invalidConfiguration, "queue \(queue): \(name) must be \(kind)")
    }
}
