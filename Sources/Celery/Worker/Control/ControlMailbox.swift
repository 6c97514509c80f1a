import Foundation

/// Sends control requests and gathers the answers (kombu/pidbox.py, `Mailbox`).
struct ControlMailbox: Sendable {
    let broker: any Broker
    let clock: LamportClock
    /// How requests are written, and which answers are read.
    var content = ContentSettings()

    /// The pauses between two looks for answers: the first come at once, the others need not be seen to the millisecond.
    private static let pauses: [Duration] = [.milliseconds(2), .milliseconds(5), .milliseconds(10), .milliseconds(20)]

    /// Sends a request that nobody answers.
    ///
    /// - Returns: How many workers it went to.
    /// - Throws: ``CeleryError`` with the code `unavailable`.
    @discardableResult
    func tell(
        _ method: String,
        _ arguments: JSONObject,
        to destination: ControlDestination = .everybody
    ) async throws -> Int {
        try await broker.broadcast(
            request(method, arguments, destination, expires: 0),
            exchange: ControlRequest.exchange,
            routingKey: ""
        )
    }

    /// Sends a request and waits for the answers of all who heard it, or of those who are named.
    ///
    /// - Throws: ``CeleryError`` with the code `unavailable`, or `CancellationError`.
    func ask(
        _ method: String,
        _ arguments: JSONObject,
        of destination: ControlDestination = .everybody,
        timeout: Duration
    ) async throws -> [ControlReply] {
        let id = randomUUIDText()
        // kombu/pidbox.py, get_reply_queue.
        let queue = Queue(
            QueueName("\(id).\(ControlRequest.replyExchange)"),
            exchange: Exchange(ControlRequest.replyExchange, isDurable: false),
            routingKey: id,
            expires: .seconds(10),
            isDurable: false,
            isAutoDeleted: true
        )
        let ticket = randomUUIDText()
        try await broker.declare([queue])
        let result: Result<[ControlReply], any Error>
        do {
            let message = request(
                method,
                arguments,
                destination,
                expires: Date().timeIntervalSince1970 + timeout.seconds,
                reply: (ticket, queue)
            )
            let heard = try await broker.broadcast(message, exchange: ControlRequest.exchange, routingKey: "")
            // Only those answer who are meant, and with a pattern nobody knows how many these are.
            let wanted = destination.nodes.map { min($0.count, heard) } ?? heard
            result = .success(try await gather(wanted, ticket, queue, until: .now + timeout))
        } catch {
            result = .failure(error)
        }
        // The queue goes, whatever happened to the caller meanwhile.
        let broker = broker
        try? await shielded { try await broker.delete([queue]) }
        return try result.get()
    }

    private func gather(
        _ wanted: Int,
        _ ticket: String,
        _ queue: Queue,
        until deadline: ContinuousClock.Instant
    ) async throws -> [ControlReply] {
        var replies: [ControlReply] = []
        var looks = 0
        while replies.count < wanted, .now < deadline {
            for envelope in try await broker.takeReplies(in: queue.name) { replies += read(envelope, ticket) }
            guard replies.count < wanted else { break }
            // A blocking pop would take a connection of its own, and lose an answer when it is cancelled.
            try await Task.sleep(for: Self.pauses[min(looks, Self.pauses.count - 1)])
            looks += 1
        }
        return replies
    }

    private func read(_ envelope: [UInt8], _ ticket: String) -> [ControlReply] {
        // What cannot be read is no answer to this question.
        guard let message = try? Message(envelope: envelope), message.headers["ticket"] == .string(ticket),
            case .object(let answers)? = try? message.content(content)
        else { return [] }
        clock.adjust(to: message.headers["clock"]?.intValue ?? 0)
        return answers.map { ControlReply(node: $0.key, answer: $0.value) }
    }

    private func request(
        _ method: String,
        _ arguments: JSONObject,
        _ destination: ControlDestination,
        expires: Double,
        reply: (ticket: String, queue: Queue)? = nil
    ) -> Message {
        var body: JSONObject = [
            "method": .string(method),
            "arguments": .object(arguments),
            "destination": destination.nodes.map { .array($0.map { .string($0) }) } ?? .null,
            "pattern": destination.pattern.map { .string($0) } ?? .null,
            "matcher": destination.matcher.map { .string($0) } ?? .null,
        ]
        if let (ticket, queue) = reply {
            body["ticket"] = .string(ticket)
            body["reply_to"] = [
                "exchange": .string(queue.exchange.name), "routing_key": .string(queue.routingKey),
            ]
        }
        var message = Message(
            body: [],
            headers: ["clock": .integer(clock.forward()), "expires": expires > 0 ? .double(expires) : 0],
            properties: MessageProperties(exchange: ControlRequest.exchange, routingKey: "")
        )
        message.setContent(.object(body), preferring: content.serializer, security: content.security)
        return message
    }
}
