/// A message: one element of a queue's list, or what is published on a channel of events or control requests.
public struct Message: Sendable, Hashable {
    /// The body, decoded from Base64 and otherwise as the producer serialized it.
    public var body: [UInt8]
    /// The media type of the body, such as `application/json`.
    public var contentType: String?
    /// The encoding of the body, such as `utf-8`.
    public var contentEncoding: String?
    /// The headers with their order and unknown members.
    public var headers: JSONObject
    /// The properties with their order and unknown members.
    public var properties: MessageProperties

    /// Makes a message.
    ///
    /// - Parameters:
    ///   - body: The serialized body.
    ///   - contentType: The media type of the body.
    ///   - contentEncoding: The encoding of the body.
    ///   - headers: The headers.
    ///   - properties: The properties.
    public init(
        body: [UInt8],
        contentType: String? = "application/json",
        contentEncoding: String? = "utf-8",
        headers: JSONObject,
        properties: MessageProperties
    ) {
        self.body = body
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.headers = headers
        self.properties = properties
    }

    /// Reads an envelope.
    ///
    /// - Parameter envelope: The JSON object with `body`, `content-encoding`, `content-type`, `headers`, `properties`.
    /// - Throws: ``MessageError`` naming the member that does not have its form.
    public init(envelope: [UInt8]) throws(MessageError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: envelope)
        } catch {
            throw MessageError(.malformed, member: "envelope", problem: "is not JSON: \(error)")
        }
        guard let object = value.objectValue else {
            throw MessageError(member: "envelope", expected: "dict", found: value)
        }
        try self.init(envelope: object)
    }

    /// Reads an envelope that is parsed already, such as the first element of a triple in kombu's `unacked`.
    ///
    /// - Parameter envelope: The JSON object with `body`, `content-encoding`, `content-type`, `headers`, `properties`.
    /// - Throws: ``MessageError`` naming the member that does not have its form.
    public init(envelope: JSONObject) throws(MessageError) {
        headers = try Self.object(envelope["headers"], "headers")
        properties = MessageProperties(members: try Self.object(envelope["properties"], "properties"))
        body = []
        do throws(MessageError) {
            try properties.validate()
            contentType = try Self.text(envelope["content-type"], "content-type")
            contentEncoding = try Self.text(envelope["content-encoding"], "content-encoding")
            body = try Self.body(envelope["body"], encoding: properties.bodyEncoding)
        } catch {
            throw naming(error)
        }
    }

    /// The id of the task as the headers tell it, readable even when the body is not.
    public var taskID: TaskID? { headers["id"]?.stringValue.map { TaskID($0) } }

    /// The name of the task as the headers tell it, readable even when the body is not.
    public var taskName: String? { headers["task"]?.stringValue }

    /// The media type of the compression, or nil when the body is not compressed.
    public var compression: String? {
        // kombu/message.py and messaging.py: the header holds a media type; absent or null means none.
        headers["compression"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The envelope in the form and order in which kombu writes it.
    public func envelope() -> [UInt8] {
        var properties = properties
        var writer = JSONWriter(style: .python, capacity: body.count * 4 / 3 + 1100)
        writer.writeRaw("{\"body\": ")
        if properties.bodyEncoding?.lowercased() != "base64",
            let text = String(validating: body, as: UTF8.self), properties.bodyEncoding?.isEmpty == false
        {
            writer.write(text)
        } else {
            properties.members["body_encoding"] = "base64"
            writer.writeRaw("\"")
            writer.writeRaw(Base64.encode(body))
            writer.writeRaw("\"")
        }
        writer.writeRaw(", \"content-encoding\": ")
        writer.write(contentEncoding.map { .string($0) } ?? .null)
        writer.writeRaw(", \"content-type\": ")
        writer.write(contentType.map { .string($0) } ?? .null)
        writer.writeRaw(", \"headers\": ")
        writer.write(headers)
        writer.writeRaw(", \"properties\": ")
        writer.write(properties.members)
        writer.writeRaw("}")
        return writer.bytes
    }

    /// The error with the task's id and name in it.
    func naming(_ error: MessageError) -> MessageError {
        var error = error
        error.taskID = error.taskID ?? taskID
        error.task = error.task ?? taskName
        return error
    }

    private static func object(_ value: JSONValue?, _ member: String) throws(MessageError) -> JSONObject {
        switch value {
        case .object(let object): return object
        case nil, .null: return [:]
        case let other?:
            throw MessageError(member: member, expected: "dict", found: other)
        }
    }

    private static func text(_ value: JSONValue?, _ member: String) throws(MessageError) -> String? {
        switch value {
        case .string(let text): return text
        case nil, .null: return nil
        case let other?:
            throw MessageError(member: member, expected: "str", found: other)
        }
    }

    private static func body(_ value: JSONValue?, encoding: String?) throws(MessageError) -> [UInt8] {
        guard let value else { throw MessageError(.malformed, member: "body", problem: "is missing") }
        guard case .string(let text) = value else {
            throw MessageError(member: "body", expected: "str", found: value)
        }
        // kombu/transport/virtual/base.py, decode_body: no encoding and utf-8 both mean the raw text.
        switch encoding?.lowercased() ?? "" {
        case "", "utf-8":
            return Array(text.utf8)
        case "base64":
            guard let bytes = Base64.decode(text) else {
                throw MessageError(.malformed, member: "body", problem: "is not Base64")
            }
            return bytes
        default:
            throw MessageError(.malformed, member: "properties.body_encoding", problem: "is neither base64 nor utf-8")
        }
    }
}

extension Message: CustomStringConvertible {
    /// What the message is and how long its body; never its contents.
    public var description: String {
        "message \(taskName ?? "of no task")[\(taskID?.rawValue ?? "no id")] of \(body.count) bytes"
    }
}
