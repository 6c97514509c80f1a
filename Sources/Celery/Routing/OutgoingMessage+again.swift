extension OutgoingMessage {
    /// The same task once more: by its exchange and routing key, as it came (celery/app/task.py,
    /// `signature_from_request`).
    ///
    /// A broadcast does not go to everybody again, but to the list of the consumer that got it.
    ///
    /// - Parameters:
    ///   - message: The message of the next run.
    ///   - request: The run that asks for it.
    init(again message: Message, of request: TaskRequest) {
        let exchange = message.properties.exchange
        guard !exchange.isEmpty, !request.isBroadcast else {
            let destination = Destination.queue(request.queue)
            var message = message
            if !exchange.isEmpty { message.properties.address(to: destination) }
            self.init(to: destination, message: message)
            return
        }
        let key = message.properties.routingKey
        self.init(
            to: .exchange(exchange, type: nil, routingKey: key),
            message: message,
            fallback: request.queue
        )
    }
}

extension MessageProperties {
    /// Notes down where the message is sent.
    public mutating func address(to destination: Destination) {
        var info = members["delivery_info"]?.objectValue ?? [:]
        info["exchange"] = .string(destination.exchange)
        info["routing_key"] = .string(destination.routingKey)
        members["delivery_info"] = .object(info)
    }
}
