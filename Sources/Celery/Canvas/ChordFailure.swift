/// Why the body of a chord cannot run.
struct ChordFailure: Error {
    /// What its result becomes.
    var exception: PythonException
    /// What went wrong in the header.
    var cause: PythonException?

    /// Whether a chord in the header has failed, which has called error callbacks already.
    var isNested: Bool { cause?.type == "ChordError" && cause?.module == "celery.exceptions" }

    init(_ exception: PythonException, cause: PythonException? = nil) {
        self.exception = exception
        self.cause = cause
    }
}

extension ChordClaim {
    /// The results of the header in its order; nested as the groups in it were.
    ///
    /// - Throws: ``ChordFailure`` if a part failed.
    func results() throws(ChordFailure) -> [JSONValue] {
        if let members = savedResult?[1]?.arrayValue {
            var byID: [String: JSONValue] = [:]
            for part in parts { byID[part[1]?.stringValue ?? ""] = part }
            return try members.map { member throws(ChordFailure) in try Self.joined(member, byID) }
        }
        return try parts.map { part throws(ChordFailure) in
            if let failure = Self.failure(of: part) {
                throw ChordFailure(.chordError(dependency: Self.id(of: part), raised: failure), cause: failure)
            }
            return part[3] ?? .null
        }
    }

    /// The result of one member of a saved group (celery/backends/redis.py: the saved group is joined).
    private static func joined(_ member: JSONValue, _ parts: [String: JSONValue]) throws(ChordFailure) -> JSONValue {
        if let members = member[1]?.arrayValue {
            return .array(try members.map { member throws(ChordFailure) in try joined(member, parts) })
        }
        guard let part = parts[member[0]?[0]?.stringValue ?? ""] else {
            throw ChordFailure(.chordError("Join error: a result of the header is missing"))
        }
        if let failure = failure(of: part) {
            throw ChordFailure(.chordError("Join error: \(failure)"), cause: failure)
        }
        return part[3] ?? .null
    }

    private static func id(of part: JSONValue) -> TaskID { TaskID(part[1]?.stringValue ?? "") }

    private static func failure(of part: JSONValue) -> PythonException? {
        guard let state = part[2]?.stringValue, state == "FAILURE" || state == "REVOKED" else { return nil }
        return part[3].flatMap { PythonException(json: $0) } ?? PythonException("Exception", arguments: [])
    }
}
