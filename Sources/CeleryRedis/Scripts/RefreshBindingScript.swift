import Redis

/// Binds a queue that expires, and has the exchange's table kept for a while (kombu/transport/redis.py,
/// `REFRESH_BINDING`).
///
/// The table itself never gets an expiry: it may hold queues that stay.
struct RefreshBindingScript: RedisScript {
    static let source = RedisScriptSource(
        """
        redis.call('SADD', KEYS[1], ARGV[1])
        local now = redis.call('TIME')
        local milliseconds = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
        local deadline = milliseconds + tonumber(ARGV[3])
        local stored = redis.call('ZSCORE', KEYS[2], ARGV[2])
        if not stored or tonumber(stored) < deadline then redis.call('ZADD', KEYS[2], deadline, ARGV[2]) end
        return 1
        """
    )

    let table: String
    let deadlines: String
    let member: String
    /// The exchange's name, without any prefix.
    let exchange: String
    /// Milliseconds for which the table is kept.
    let lifetime: Int

    var keys: [String] { [table, deadlines] }
    var arguments: [any RedisArgument] { [member, exchange, lifetime] }

    func decode(_ reply: RedisValue) throws(RedisError) { _ = try reply.decodeInt() }
}
