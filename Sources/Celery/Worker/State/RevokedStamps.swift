/// Stamps whose tasks are revoked: for each header the values.
struct RevokedStamps: Sendable {
    private var values: [String: [JSONValue]] = [:]

    var isEmpty: Bool { values.isEmpty }

    /// Adds values to headers; each is one value or a list.
    mutating func insert(_ headers: JSONObject) {
        for (header, value) in headers {
            for value in value.listed where values[header]?.contains(value) != true {
                values[header, default: []].append(value)
            }
        }
    }

    /// The header and the value by which a task is revoked; nil if it is not.
    func match(_ message: TaskMessage) -> (header: String, value: JSONValue)? {
        guard !values.isEmpty else { return nil }
        for header in message.stampedHeaders ?? [] {
            guard let revoked = values[header], let stamp = message.stamps[header], !stamp.isNull else { continue }
            // celery/worker/request.py, revoked: a list that was revoked as one value counts as well.
            if let value = (stamp.listed + [stamp]).first(where: revoked.contains) { return (header, value) }
        }
        return nil
    }
}

extension JSONValue {
    /// The elements of a list, or the value as the only one; none for null (celery/utils/functional.py, `maybe_list`).
    var listed: [JSONValue] {
        switch self {
        case .null: []
        case .array(let elements): elements
        default: [self]
        }
    }
}
