import Redis

/// A result as it goes into Redis.
struct StoredResult: Sendable {
    /// The key, which is the channel too.
    var key: String
    /// The document's JSON.
    var document: [UInt8]
    /// Seconds to live; 0 for ever.
    var lifetime: Int
}

/// Stores a state and publishes it, unless a SUCCESS is stored already.
struct StoreScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local ttl, document = tonumber(ARGV[1]), ARGV[2]
        \(body(key: "KEYS[1]"))
        return 1
        """
    )

    /// What stores `document` for `ttl` seconds.
    ///
    /// The state is the first member of a document that Celery or we wrote.
    static func body(key: String) -> String {
        """
        local success = '{"status": "SUCCESS"'
        if redis.call('GETRANGE', \(key), 0, #success - 1) ~= success then
            if ttl > 0 then
                redis.call('SETEX', \(key), ttl, document)
            else
                redis.call('SET', \(key), document)
            end
            redis.call('PUBLISH', \(key), document)
        end
        """
    }

    let result: StoredResult

    var keys: [String] { [result.key] }
    var arguments: [any RedisArgument] { [result.lifetime, result.document] }

    func decode(_ reply: RedisValue) throws(RedisError) { _ = try reply.decodeInt() }
}
