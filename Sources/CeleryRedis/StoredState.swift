import Celery
import Crypto
import Redis

/// What is stored for a task in a form that no script can read: compressed, or not in JSON.
struct StoredState: Sendable {
    /// The SHA-1 of the stored bytes, by which the script knows whether they are still the same.
    var digest: String
    /// What the same state begins with in JSON.
    var head: String

    init(_ bytes: [UInt8], _ settings: ResultSettings) {
        digest = Insecure.SHA1.hash(data: bytes).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        // What nobody can read protects nothing.
        let status = (try? settings.decode(bytes))?["status"]?.stringValue
        head = "{\"status\": \"\(status ?? "")\""
    }
}

extension RedisClient {
    /// How often a state that changes under our eyes is read again.
    private static let mostLooks = 20

    /// Makes effects true, after reading those stored states that the script cannot read itself.
    ///
    /// - Parameters:
    ///   - script: The effects.
    ///   - backend: How results are kept; nil where the effects concern none.
    /// - Returns: What it came to.
    /// - Throws: ``RedisError``.
    func complete(
        _ script: CompleteScript,
        reading backend: RedisResultBackend?
    ) async throws(RedisError) -> Completion.Outcome {
        var script = script
        if let backend { script.settings = backend.settings }
        for _ in 0..<Self.mostLooks {
            if case .outcome(let outcome) = try await evaluate(script) { return outcome }
            script.operations.tell(try await states(script.operations.stateKeys, script.settings))
        }
        throw RedisError(.transactionAborted, message: "a stored result changed again and again while it was read")
    }

    private func states(
        _ keys: [String],
        _ settings: ResultSettings
    ) async throws(RedisError) -> [String: StoredState] {
        var states: [String: StoredState] = [:]
        for key in Set(keys) {
            guard let bytes = try await send(RawCommand("GET", key)).bytes else { continue }
            states[key] = StoredState(bytes, settings)
        }
        return states
    }
}
