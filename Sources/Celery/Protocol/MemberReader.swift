/// Reads members of an object that came from elsewhere, and names those that do not have the kind they must have.
///
/// A member that is missing and one that is null are the same, as in Celery.
struct MemberReader {
    let object: JSONObject
    /// What the object is called in errors, such as `headers`.
    let name: String

    func value(_ key: String) -> JSONValue? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    func error(_ key: String, _ problem: String) -> MessageError {
        MessageError(.malformed, member: "\(name).\(key)", problem: problem)
    }

    private func mismatch(_ key: String, _ expected: String, _ value: JSONValue) -> MessageError {
        MessageError(member: "\(name).\(key)", expected: expected, found: value)
    }

    func string(_ key: String) throws(MessageError) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value else { throw mismatch(key, "str", value) }
        return text
    }

    /// Text for people, which is never worth an error: lone surrogates are shown, and what is no text is left out.
    func shown(_ key: String) -> String? {
        switch object[key] {
        case .string(let text): text
        case .brokenString(let units): String(showing: units)
        default: nil
        }
    }

    func required(_ key: String) throws(MessageError) -> String {
        guard let text = try string(key) else { throw error(key, "is missing") }
        return text
    }

    func int(_ key: String) throws(MessageError) -> Int? {
        guard let value = value(key) else { return nil }
        switch value {
        case .integer(let number): return number
        case .bigInteger: throw error(key, "is out of range")
        default: throw mismatch(key, "int", value)
        }
    }

    func count(_ key: String) throws(MessageError) -> Int {
        guard let number = try int(key) else { return 0 }
        // Far above any real count, so that arithmetic on it cannot overflow.
        guard 0...1_000_000_000 ~= number else { throw error(key, "is out of range") }
        return number
    }

    func bool(_ key: String) throws(MessageError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .bool(let flag) = value else { throw mismatch(key, "bool", value) }
        return flag
    }

    func array(_ key: String) throws(MessageError) -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        guard case .array(let elements) = value else { throw mismatch(key, "list", value) }
        return elements
    }

    func object(_ key: String) throws(MessageError) -> JSONObject? {
        guard let value = value(key) else { return nil }
        guard case .object(let object) = value else { throw mismatch(key, "dict", value) }
        return object
    }

    func timestamp(_ key: String) throws(MessageError) -> Timestamp? {
        guard let text = try string(key), !text.isEmpty else { return nil }
        guard let timestamp = Timestamp(iso: text) else { throw error(key, "is not an ISO 8601 time") }
        return timestamp
    }

    /// A pair of times in seconds, each of which may be null.
    func durations(_ key: String) throws(MessageError) -> (first: Duration?, second: Duration?) {
        guard let elements = try array(key) else { return (nil, nil) }
        guard elements.count == 2 else { throw error(key, "must have 2 elements, not \(elements.count)") }
        return (try duration(elements[0], key), try duration(elements[1], key))
    }

    private func duration(_ value: JSONValue, _ key: String) throws(MessageError) -> Duration? {
        if value.isNull { return nil }
        guard value.doubleValue != nil else { throw mismatch(key, "a pair of numbers", value) }
        guard let duration = value.duration else { throw error(key, "is out of range") }
        return duration
    }
}
