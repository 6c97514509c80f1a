import Redis

/// Removes the tables of exchanges whose queues all expire and were not declared again in time
/// (kombu/transport/redis.py, `SWEEP_BINDINGS`).
///
/// The tables' names come out of the sorted set, so they cannot be named as keys.
struct SweepBindingsScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local now = redis.call('TIME')
        local milliseconds = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
        local overdue = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', milliseconds, 'LIMIT', 0, ARGV[3])
        for _, exchange in ipairs(overdue) do
            if redis.call('EXISTS', ARGV[2] .. exchange) == 0 then redis.call('DEL', ARGV[1] .. exchange) end
            redis.call('ZREM', KEYS[1], exchange)
        end
        return #overdue
        """
    )

    let deadlines: String
    /// The tables' key without the exchange's name.
    let tables: String
    /// The key of the permanent tables without the exchange's name.
    let permanentTables: String
    let limit: Int

    var keys: [String] { [deadlines] }
    var arguments: [any RedisArgument] { [tables, permanentTables, limit] }

    /// How many exchanges were overdue.
    func decode(_ reply: RedisValue) throws(RedisError) -> Int { try reply.decodeInt() }
}
