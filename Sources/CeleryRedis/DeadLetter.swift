public import Celery
public import Foundation

/// A message that was set aside, with the reason.
public struct DeadLetter: Sendable, Hashable {
    /// The list is trimmed to so many, the newest first.
    static let mostKept = 10_000

    /// Why it was set aside.
    public let reason: String
    /// The queue that it was taken from; nil where that is not known.
    public let queue: QueueName?
    /// When it was set aside.
    public let date: Date
    /// The message as it came, byte for byte as far as it is UTF-8.
    public let envelope: [UInt8]

    /// The id of its task, if it can be found.
    public var taskID: TaskID? { header("id").map { TaskID($0) } }
    /// The name of its task, if it can be found.
    public var taskName: String? { header("task") }

    init(delivery: Delivery, reason: String, date: Date) {
        self.reason = reason
        queue = delivery.queue.rawValue.isEmpty ? nil : delivery.queue
        self.date = date
        envelope = delivery.envelope
    }

    /// Reads an entry of the list; nil if it is none.
    init?(_ entry: [UInt8]) {
        guard let object = (try? JSONValue(parsing: entry))?.objectValue,
            let reason = object["reason"]?.stringValue,
            let queue = object["queue"]?.stringValue,
            let time = object["time"]?.doubleValue,
            let message = object["message"]?.stringValue
        else { return nil }
        self.reason = reason
        self.queue = queue.isEmpty ? nil : QueueName(queue)
        date = Date(timeIntervalSince1970: time)
        envelope = Array(message.utf8)
    }

    /// `{"reason", "queue", "time", "message"}`: time in Unix seconds, the message as text.
    func serialized() -> [UInt8] {
        let object: JSONObject = [
            "reason": .string(reason),
            "queue": .string(queue?.rawValue ?? ""),
            "time": .double(date.timeIntervalSince1970),
            "message": .string(String(decoding: envelope, as: UTF8.self)),
        ]
        return JSONValue.object(object).serialized()
    }

    private func header(_ name: String) -> String? {
        (try? JSONValue(parsing: envelope))?.objectValue?["headers"]?.objectValue?[name]?.stringValue
    }
}
