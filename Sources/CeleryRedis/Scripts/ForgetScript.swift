import Redis

/// Takes tags out of the index that nothing is held under.
struct ForgetScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local forgotten = 0
        for _, tag in ipairs(ARGV) do
            if redis.call('HEXISTS', KEYS[1], tag) == 0 then forgotten = forgotten + redis.call('ZREM', KEYS[2], tag) end
        end
        return forgotten
        """
    )

    let unacked: String
    let unackedIndex: String
    let tags: [String]

    var keys: [String] { [unacked, unackedIndex] }
    var arguments: [any RedisArgument] { tags }

    func decode(_ reply: RedisValue) throws(RedisError) { _ = try reply.decodeInt() }
}
