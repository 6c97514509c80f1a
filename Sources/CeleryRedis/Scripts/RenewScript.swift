import Redis

/// Renews the leases of deliveries by the server's clock.
///
/// An acknowledged delivery does not come back, and a lease never moves back.
struct RenewScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local now = redis.call('TIME')
        local score = string.format('%d.%06d', now[1], now[2])
        for _, tag in ipairs(ARGV) do
            local lease = redis.call('ZSCORE', KEYS[1], tag)
            if lease and tonumber(lease) < tonumber(score) then redis.call('ZADD', KEYS[1], score, tag) end
        end
        return #ARGV
        """
    )

    let unackedIndex: String
    let tags: [String]

    var keys: [String] { [unackedIndex] }
    var arguments: [any RedisArgument] { tags }

    func decode(_ reply: RedisValue) throws(RedisError) { _ = try reply.decodeInt() }
}
