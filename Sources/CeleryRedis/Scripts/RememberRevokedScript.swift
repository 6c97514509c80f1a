import Redis

/// Adds to the revoked tasks that are remembered, and forgets those that are old or too many.
struct RememberRevokedScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        for i = 3, #ARGV do redis.call('ZADD', KEYS[1], now, ARGV[i]) end
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[1]))
        redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -tonumber(ARGV[2]) - 1)
        redis.call('PEXPIRE', KEYS[1], ARGV[1])
        return 1
        """
    )

    let key: String
    /// Milliseconds for which a task is remembered.
    let lifetime: Int
    /// The most tasks to remember.
    let limit: Int
    let tasks: [String]

    var keys: [String] { [key] }
    var arguments: [any RedisArgument] { [lifetime, limit] + tasks }

    func decode(_ reply: RedisValue) throws(RedisError) { _ = try reply.decodeInt() }
}
