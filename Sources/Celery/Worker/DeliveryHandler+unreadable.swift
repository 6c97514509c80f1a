import Logging

extension DeliveryHandler {
    /// Sets a message aside that cannot be read, and has its call fail, so that nobody waits for it for ever.
    ///
    /// Celery logs and forgets such messages (celery/worker/consumer/consumer.py, `on_unknown_message` and the like).
    func setAside(_ delivery: Delivery, because error: any Error) async {
        let reason = String(describing: error)
        logger.error("Received and deleted unknown message", metadata: ["reason": "\(reason)"])
        let disposition = Completion.Disposition.deadLetter(reason: reason)
        guard let call = SalvagedCall(delivery.envelope, configuration.content) else {
            await untilDone {
                let completion = Completion(deliveries: [delivery], disposition: disposition)
                _ = try await consumer.complete(completion, storingIn: results)
            }
            return
        }
        var request = TaskRequest(message: call.message, queue: delivery.queue, nodeName: configuration.nodeName)
        request.isBroadcast = delivery.isBroadcast
        let exception = (error as? MessageError)?.pythonException ?? .decodeError(reason)
        var plan = plan(.failure(exception, traceback: nil), request)
        plan.disposition = disposition
        if !call.knowsSuccessors, let group = call.message.group {
            // Only the body tells whether this is a chord's header, and what comes of the chord.
            let part = ChordPart(
                group: group,
                index: call.message.groupIndex,
                id: call.message.id,
                state: .failure,
                result: exception.jsonValue,
                isUncertain: true,
                token: delivery.tag
            )
            plan.effects.append(.endChordPart(part))
        }
        await conclude(plan, of: HeldMessages.Key(call.message, queue: delivery.queue)) { [delivery] }
    }
}
