import Celery
import Foundation

/// A message that was set aside, as it is kept in the dead-letter list.
struct DeadLetter: Sendable {
    /// The list is trimmed to so many, the newest first.
    static let mostKept = 10_000

    let delivery: Delivery
    let reason: String
    let date: Date

    /// `{"reason", "queue", "time", "message"}`: time in Unix seconds, the message as text, byte for byte as far as it
    /// is UTF-8.
    func serialized() -> [UInt8] {
        let object: JSONObject = [
            "reason": .string(reason),
            "queue": .string(delivery.queue.rawValue),
            "time": .double(date.timeIntervalSince1970),
            "message": .string(String(decoding: delivery.envelope, as: UTF8.self)),
        ]
        return JSONValue.object(object).serialized()
    }
}
