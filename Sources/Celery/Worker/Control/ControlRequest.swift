import Foundation

/// A request of remote control, as it comes on the channel of all workers.
struct ControlRequest: Sendable {
    /// Where the answer goes.
    struct ReplyAddress: Sendable, Hashable {
        var exchange: String
        var routingKey: String
    }

    /// The exchange of requests (celery/app/control.py: the mailbox of the namespace `celery`).
    static let exchange = "celery.pidbox"
    /// The exchange of answers.
    static let replyExchange = "reply.celery.pidbox"

    /// The command.
    let method: String
    /// Its arguments, by keyword.
    let arguments: JSONObject
    /// Who is to answer: names, or a pattern and what kind of pattern it is; everybody when there is neither.
    let destination: [String]
    let pattern: String?
    let matcher: String?
    /// What the asker recognizes its answers by.
    let ticket: JSONValue
    /// Where the answer goes; nil if none is wanted.
    let replyAddress: ReplyAddress?
    /// The sender's logical time.
    let clock: Int
    /// When nobody waits any more; nil if that is not known.
    let expires: Date?

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - envelope: The message.
    ///   - content: Which bodies are read: those of tasks, as in Celery (celery/app/control.py).
    /// - Throws: ``MessageError``, or ``PythonException`` when it is none.
    init(envelope: [UInt8], content: ContentSettings = .init()) throws {
        let message = try Message(envelope: envelope)
        let body = try message.content(content)
        guard let method = body["method"]?.stringValue else {
            throw PythonException.typeError("dispatch() missing 1 required positional argument: 'method'")
        }
        self.method = method
        arguments = body["arguments"]?.objectValue ?? [:]
        destination = body["destination"]?.arrayValue?.compactMap(\.stringValue) ?? []
        pattern = body["pattern"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        matcher = body["matcher"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        ticket = body["ticket"] ?? .null
        if let exchange = body["reply_to"]?["exchange"]?.stringValue,
            let routingKey = body["reply_to"]?["routing_key"]?.stringValue
        {
            replyAddress = ReplyAddress(exchange: exchange, routingKey: routingKey)
        } else {
            replyAddress = nil
        }
        clock = message.headers["clock"]?.intValue ?? 0
        let seconds = message.headers["expires"]?.doubleValue ?? 0
        expires = seconds > 0 ? Date(timeIntervalSince1970: seconds) : nil
    }

    /// Whether a node is to do what is asked (kombu/pidbox.py, `handle_message`).
    ///
    /// - Throws: ``PythonException`` when the pattern is of no known kind or cannot be read.
    func concerns(_ node: String) throws -> Bool {
        if !destination.isEmpty { return destination.contains(node) }
        guard let pattern, let matcher else { return true }
        return try NodePattern(pattern, matcher: matcher).matches(node)
    }

    /// Whether the asker has long gone.
    ///
    /// The time of expiry is by the asker's clock, which need not be right: only what is clearly stale, because this
    /// process stood still, is left undone.
    func isStale(at now: Date) -> Bool {
        guard let expires else { return false }
        return now.timeIntervalSince(expires) > Self.clockTolerance
    }

    /// Seconds by which two clocks may differ.
    private static let clockTolerance = 60.0

    /// The answer, written as whoever answers writes, not as the asker does (kombu/pidbox.py, `_publish_reply`).
    func reply(
        _ answer: JSONValue,
        from node: String,
        to address: ReplyAddress,
        clock: Int,
        content: ContentSettings = .init()
    ) -> Message {
        var message = Message(
            body: [],
            headers: ["ticket": ticket, "clock": .integer(clock)],
            properties: MessageProperties(
                isPersistent: false,
                exchange: address.exchange,
                routingKey: address.routingKey
            )
        )
        message.setContent(
            .object(JSONObject(pairs: [(node, answer)])),
            preferring: content.serializer,
            security: content.security
        )
        return message
    }
}
