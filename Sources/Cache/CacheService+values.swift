public import Celery
internal import Redis

extension CacheService {
    /// Reads a value.
    ///
    /// - Parameter key: The key.
    /// - Returns: The value, or nil when there is none; a stored `null` is `JSONValue.null`.
    /// - Throws: ``CacheError``.
    public func get(_ key: String) async throws(CacheError) -> JSONValue? {
        try await read(key, for: .get)
    }

    /// Reads a value as a Swift type.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - type: The type.
    /// - Returns: The value, or nil when there is none.
    /// - Throws: ``CacheError``, with the code `undecodable` when what is stored is not of that type.
    public func get<Value: Decodable>(_ key: String, as type: Value.Type) async throws(CacheError) -> Value? {
        guard let value = try await read(key, for: .get) else { return nil }
        return try decoded(type, from: value, for: .get)
    }

    /// Stores a value.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - value: The value.
    ///   - ttl: How long it is kept; nil is for ever. Zero, which Python's service takes for "for ever", is refused.
    /// - Throws: ``CacheError``.
    public func set(_ key: String, _ value: JSONValue, ttl: Duration? = nil) async throws(CacheError) {
        let command = try RawCommand.store(key, value, Expiry(ttl: ttl, for: .set))
        try await changing([Array(key.utf8)], for: .set) { redis throws(RedisError) in _ = try await redis.send(command)
        }
    }

    /// Stores a value of a Swift type.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - value: The value.
    ///   - ttl: How long it is kept; nil is for ever. Zero, which Python's service takes for "for ever", is refused.
    /// - Throws: ``CacheError``, with the code `unencodable` when JSON cannot hold the value.
    public func set(_ key: String, _ value: some Encodable, ttl: Duration? = nil) async throws(CacheError) {
        try await set(key, encoded(value, for: .set), ttl: ttl)
    }

    /// Stores several values together or not at all: nobody sees some of them without the others.
    ///
    /// - Parameters:
    ///   - entries: Keys and values.
    ///   - ttl: How long they are kept; nil is for ever.
    /// - Throws: ``CacheError``.
    public func setAll(_ entries: [(key: String, value: JSONValue)], ttl: Duration? = nil) async throws(CacheError) {
        let expiry = try Expiry(ttl: ttl, for: .setAll)
        let commands = entries.map { RawCommand.store($0.key, $0.value, expiry) }
        let keys = entries.map { Array($0.key.utf8) }
        try await changing(keys, for: .setAll) { redis throws(RedisError) in
            _ = try await redis.transaction(commands)
        }
    }

    /// Removes a value.
    ///
    /// - Parameter key: The key.
    /// - Returns: Whether there was one.
    /// - Throws: ``CacheError``.
    @discardableResult
    public func delete(_ key: String) async throws(CacheError) -> Bool {
        try await changing([Array(key.utf8)], for: .delete) { redis throws(RedisError) in
            try await redis.send(["UNLINK", key]).decodeInt() > 0
        }
    }

    /// Removes all values whose keys match a pattern.
    ///
    /// Keys are searched step by step, so that Redis serves others in between. A key that is stored meanwhile may stay.
    ///
    /// - Parameter pattern: A pattern as of Redis' `SCAN`, such as `pdf:123:*`. What comes from outside goes through
    ///   ``CacheKey/escapedForPattern(_:)`` first.
    /// - Returns: How many there were.
    /// - Throws: ``CacheError``. Some values may have been removed by then.
    @discardableResult
    public func clearPattern(_ pattern: String) async throws(CacheError) -> Int {
        var removed = 0
        var cursor = "0"
        repeat {
            let page: ScanPage
            do throws(RedisError) {
                page = try ScanPage(try await redis.send(["SCAN", cursor, "MATCH", pattern, "COUNT", 1000]))
            } catch {
                throw CacheError(error, operation: .clearPattern)
            }
            cursor = page.cursor
            guard !page.keys.isEmpty else { continue }
            removed += try await changing(page.keys, for: .clearPattern) { redis throws(RedisError) in
                try await redis.send(RawCommand("UNLINK", arguments: page.keys)).decodeInt()
            }
        } while cursor != "0"
        return removed
    }
}

extension CacheService {
    func read(_ key: String, for operation: CacheError.Operation) async throws(CacheError) -> JSONValue? {
        do throws(RedisError) {
            if let memory { return try await memory.value(for: Array(key.utf8)) }
            return try await redis.send(["GET", key]).decodeJSON()
        } catch {
            // Which of the two it was, Redis or the parser, is told by the code.
            guard error.code != .unexpectedReply else {
                let message = "what is stored is not JSON"
                throw CacheError(.undecodable, operation: operation, message: message, underlyingError: error)
            }
            throw CacheError(error, operation: operation)
        }
    }

    func decoded<Value: Decodable>(
        _ type: Value.Type,
        from value: JSONValue,
        for operation: CacheError.Operation
    ) throws(CacheError) -> Value {
        if let value = value as? Value { return value }
        do {
            return try JSONValueDecoder().decode(type, from: value)
        } catch {
            let message = "what is stored is not of the type \(type)"
            throw CacheError(.undecodable, operation: operation, message: message, underlyingError: error)
        }
    }

    func encoded(_ value: some Encodable, for operation: CacheError.Operation) throws(CacheError) -> JSONValue {
        if let value = value as? JSONValue { return value }
        do {
            return try JSONValueEncoder().encode(value)
        } catch {
            let message = "a value of the type \(type(of: value)) cannot be written as JSON"
            throw CacheError(.unencodable, operation: operation, message: message, underlyingError: error)
        }
    }

    // Forgets the keys before and after: a reading that began in between may have got the older value.
    private func changing<R>(
        _ keys: [[UInt8]],
        for operation: CacheError.Operation,
        _ body: (RedisClient) async throws(RedisError) -> R
    ) async throws(CacheError) -> R {
        memory?.invalidate(keys)
        defer { memory?.invalidate(keys) }
        do throws(RedisError) {
            return try await body(redis)
        } catch {
            throw CacheError(error, operation: operation)
        }
    }
}

private struct ScanPage {
    let cursor: String
    let keys: [[UInt8]]

    init(_ reply: RedisValue) throws(RedisError) {
        guard let parts = reply.array, parts.count == 2, let cursor = parts[0].string else {
            throw reply.unexpected("a cursor and keys")
        }
        self.cursor = cursor
        self.keys = try parts[1].decodeByteArrays()
    }
}

extension RawCommand {
    fileprivate static func store(_ key: String, _ value: JSONValue, _ expiry: Expiry) -> RawCommand {
        let bytes = value.serialized(.pythonUnicode)
        return switch expiry {
        case .never: RawCommand("SET", key, bytes)
        case .seconds(let seconds): RawCommand("SETEX", key, seconds, bytes)
        case .milliseconds(let milliseconds): RawCommand("PSETEX", key, milliseconds, bytes)
        }
    }
}

extension RedisValue {
    /// The JSON value of this reply; nil for null.
    func decodeJSON() throws(RedisError) -> JSONValue? {
        guard let bytes = try decodeBytes() else { return nil }
        do throws(JSONError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw unexpected("JSON")
        }
    }
}
