public import Foundation

extension TaskMessage {
    /// The message that calls the same task again.
    ///
    /// It keeps the id, the queue and everything that the message said, unknown headers included. New are the time, the
    /// number of retries, the parent (which is the task itself) and the delivery tag; the marks of earlier deliveries go.
    ///
    /// - Parameters:
    ///   - eta: The time before which the task does not run; at once when nil.
    ///   - retries: How often the task was retried; one more than before by default.
    ///   - args: Other positional arguments; those of the message, byte for byte, by default.
    ///   - kwargs: Other keyword arguments; those of the message, byte for byte, by default.
    ///   - zone: The time zone in which the time is written; UTC when nil.
    ///   - deliveryTag: The new delivery tag.
    ///   - security: Who signs other arguments, if the message was signed.
    /// - Returns: The message to put into the same queue.
    public func retry(
        at eta: Date?,
        retries: Int? = nil,
        args: [JSONValue]? = nil,
        kwargs: JSONObject? = nil,
        in zone: TimeZone? = nil,
        deliveryTag: String = MessageProperties.freshDeliveryTag(),
        security: MessageSecurity? = nil
    ) -> Message {
        guard protocolVersion == 2 else {
            let again = callAgain(at: eta, retries: retries, args: args, kwargs: kwargs, deliveryTag: deliveryTag)
            var message = again.message(in: zone)
            message.setContent(again.content, like: original, security: security)
            return message
        }
        // celery/app/task.py: Task.retry sends signature_from_request with the request as its options.
        var message = original.withoutRedeliveryMarks()
        message.headers["eta"] = eta.map { .string(Timestamp($0).isoFormat(in: zone)) } ?? .null
        message.headers["retries"] = .integer(retries ?? self.retries + 1)
        message.headers["root_id"] = .string(rootID.rawValue)
        message.headers["parent_id"] = .string(id.rawValue)
        message.properties.deliveryTag = deliveryTag
        if let origin = headers["origin"], !origin.isNull {
            // An option that apply_async does not know becomes a property.
            message.properties.members.set("origin", to: origin, after: "reply_to")
        }
        if args != nil || kwargs != nil {
            let body: JSONValue = [.array(args ?? self.args), .object(kwargs ?? self.kwargs), embed.jsonValue]
            message.setContent(body, like: original, security: security)
            message.headers["argsrepr"] = .string(JSONValue.pythonRepr(tuple: args ?? self.args))
            message.headers["kwargsrepr"] = .string(JSONValue.object(kwargs ?? self.kwargs).pythonRepr())
        }
        return message
    }

    private func callAgain(
        at eta: Date?,
        retries: Int?,
        args: [JSONValue]?,
        kwargs: JSONObject?,
        deliveryTag: String
    ) -> TaskCall {
        var call = call()
        call.eta = eta
        call.retries = retries ?? self.retries + 1
        call.parentID = id
        call.args = args ?? self.args
        call.kwargs = kwargs ?? self.kwargs
        call.argsRepr = args == nil ? argsRepr : nil
        call.kwargsRepr = kwargs == nil ? kwargsRepr : nil
        call.deliveryTag = deliveryTag
        return call
    }

    /// A call with everything that this message says, to be changed and sent, for example to replace the task.
    public func call() -> TaskCall {
        var call = TaskCall(task: task, args: args, kwargs: kwargs)
        call.id = id
        call.embed = embed
        call.eta = eta
        call.expires = expires
        call.group = group
        call.groupIndex = groupIndex
        call.retries = retries
        call.timeLimit = timeLimit
        call.softTimeLimit = softTimeLimit
        call.rootID = rootID
        call.parentID = parentID
        call.shadow = shadow
        call.argsRepr = argsRepr
        call.kwargsRepr = kwargsRepr
        call.origin = origin ?? call.origin
        call.ignoreResult = ignoreResult
        call.replacedTaskNesting = replacedTaskNesting
        call.stampedHeaders = stampedHeaders
        call.stamps = stamps
        call.replyTo = replyTo
        call.priority = priority
        call.destination = Destination(exchange: properties.exchange, routingKey: properties.routingKey)
        return call
    }
}
