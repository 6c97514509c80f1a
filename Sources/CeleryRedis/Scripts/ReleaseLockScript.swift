import Redis

/// Gives a lock back if it still is ours (kombu transport/redis.py, `Mutex`).
struct ReleaseLockScript: RedisScript {
    static let source = RedisScriptSource(
        """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        return redis.call('DEL', KEYS[1])
        """
    )

    let key: String
    let token: String

    var keys: [String] { [key] }
    var arguments: [any RedisArgument] { [token] }

    func decode(_ reply: RedisValue) throws(RedisError) { _ = try reply.decodeInt() }
}
