public import Celery
public import Redis

/// Results in Redis, as Celery's clients of any language read them.
public struct RedisResultBackend: ResultBackend {
    let redis: RedisClient
    let keys: KeyNames
    /// How results are kept, and read again.
    public let settings: ResultSettings
    /// How often a followed result is looked for, whatever is published.
    private let pollInterval: Duration

    /// Makes a backend.
    ///
    /// - Parameters:
    ///   - redis: The server.
    ///   - settings: How results are kept, and read again.
    ///   - keyPrefix: Celery's `global_keyprefix` of the result backend.
    ///   - pollInterval: How often a followed result is looked for, whatever is published.
    public init(
        _ redis: RedisClient,
        settings: ResultSettings = .init(),
        keyPrefix: String = "",
        pollInterval: Duration = .seconds(10)
    ) {
        self.pollInterval = pollInterval
        self.redis = redis
        self.settings = settings
        // celery/backends/redis.py: an underscore is added unless the prefix ends in a separator of its own.
        let endsWell = keyPrefix.isEmpty || ":_-.".contains(keyPrefix.suffix(1))
        self.keys = KeyNames(resultPrefix: endsWell ? keyPrefix : keyPrefix + "_")
    }

    /// The server's URL.
    public var address: String? { BrokerDescription(redis.configuration).url }

    /// The prefix of its keys, if there is one (`global_keyprefix`).
    public var transportOptions: JSONObject {
        keys.resultPrefix.isEmpty ? [:] : ["global_keyprefix": .string(keys.resultPrefix)]
    }

    /// Stores a state and publishes it; a stored SUCCESS is never overwritten.
    public func store(_ document: ResultDocument) async throws {
        _ = try await apply([.store(document)])
    }

    /// The last stored state.
    public func document(for id: TaskID) async throws -> ResultDocument? {
        let reply = try await retrying(isWrite: false) { try await redis.send(RawCommand("GET", keys.result(id))) }
        return try reply.bytes.map(parse)
    }

    /// Follows a task: the stored state first, then each one as it is published.
    public func withUpdates<R: Sendable>(
        of id: TaskID,
        _ body: @Sendable (AsyncThrowingStream<ResultDocument, any Error>) async throws -> R
    ) async throws -> R {
        try await mappingErrors {
            try await redis.subscribe(to: [keys.result(id)]) { subscription in
                try await follow(id, subscription, body)
            }
        }
    }

    /// Removes a stored state.
    public func forget(_ id: TaskID) async throws {
        _ = try await retrying(isWrite: false) { try await redis.send(RawCommand("DEL", keys.result(id))) }
    }

    // MARK: Chords

    /// Seconds for which a claim stands without being renewed: twice `result_chord_join_timeout`.
    static let claimLifetime = 6
    /// Seconds for which late copies of parts of a settled chord are recognized.
    static let settledLifetime = 300
    /// Seconds for which a step that must not be taken twice is remembered.
    static let stepLifetime = 600

    /// Makes effects true in one step.
    public func apply(_ effects: [Effect]) async throws -> [ChordClaim] {
        guard !effects.isEmpty else { return [] }
        let name = keys.result(TaskID(""))
        let operations = EffectOperations(effects, broker: nil, backend: self)
        let script = CompleteScript(unacked: name, unackedIndex: name, tags: [], operations: operations)
        let outcome = try await retrying(isWrite: true) { try await redis.complete(script, reading: self) }
        if case .claimed(let claims) = outcome { return claims }
        return []
    }

    /// Renews the claim of a chord, or takes it up again when it has run out.
    public func holdChord(_ group: String, token: String) async throws -> Bool {
        let script = HoldChordScript(
            claim: keys.chord(group, .claim),
            size: keys.chord(group, .size),
            token: token,
            // The messages are yet to be sent, to a server that may have to be waited for.
            lifetime: Self.claimLifetime * 10
        )
        return try await mappingErrors { try await redis.evaluate(script) }
    }

    /// Ends a chord that is held.
    public func closeChord(_ group: String, token: String, isSuccess: Bool) async throws {
        let settlement = ChordSettlement(group: group, token: token, isSuccess: isSuccess, effects: [])
        _ = try await apply([.settleChord(settlement)])
    }

    /// The saved result of a group.
    public func savedGroup(_ id: String) async throws -> JSONValue? {
        let reply = try await retrying(isWrite: false) { try await redis.send(RawCommand("GET", keys.group(id))) }
        guard let bytes = reply.bytes else { return nil }
        do {
            return try settings.decode(bytes)["result"]
        } catch {
            throw CeleryError(.codingFailed, "the saved group \(id) cannot be read", underlyingError: error)
        }
    }

    private func follow<R: Sendable>(
        _ id: TaskID,
        _ subscription: RedisSubscription,
        _ body: @Sendable (AsyncThrowingStream<ResultDocument, any Error>) async throws -> R
    ) async throws -> R {
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: ResultDocument.self)
        let updates = ResultUpdates(continuation)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await forward(id, subscription, to: updates)
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            group.addTask {
                // Some workers of other languages store results without publishing them.
                while !updates.isOver, (try? await Task.sleep(for: pollInterval)) != nil {
                    // An outage is the subscription's to report.
                    guard let document = try? await document(for: id) else { continue }
                    if updates.yield(document) { continuation.finish() }
                }
            }
            defer { group.cancelAll() }
            return try await body(stream)
        }
    }

    private func forward(_ id: TaskID, _ subscription: RedisSubscription, to updates: ResultUpdates) async throws {
        // The subscription stands, so nothing can come between this look and the first message.
        if let document = try await document(for: id), updates.yield(document) { return }
        for try await event in subscription.events {
            let document: ResultDocument? =
                switch event {
                case .message(let message): try parse(message.payload)
                // Something may have been published meanwhile.
                case .reconnected, .overflow: try await self.document(for: id)
                }
            if let document, updates.yield(document) { return }
        }
    }

    private func parse(_ bytes: [UInt8]) throws -> ResultDocument {
        do {
            return try ResultDocument(parsing: bytes, settings)
        } catch {
            throw CeleryError(.codingFailed, "a stored result cannot be read", underlyingError: error)
        }
    }
}
