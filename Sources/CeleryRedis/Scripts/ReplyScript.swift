import Redis

/// Puts an answer into the queues that are bound to an exchange under a routing key, and lets them expire.
///
/// Celery leaves answers for ever that come after the asker has gone; here the list gets a time to live with them.
struct ReplyScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local found = 0
        for _, member in ipairs(redis.call('SMEMBERS', KEYS[1])) do
            local start = ARGV[1] .. ARGV[5]
            if string.sub(member, 1, #start) == start then
                local _, last = string.find(member, ARGV[5], #start + 1, true)
                if last then
                    local list = ARGV[2] .. string.sub(member, last + 1)
                    redis.call('LPUSH', list, ARGV[3])
                    redis.call('EXPIRE', list, ARGV[4])
                    found = found + 1
                end
            end
        end
        return found
        """
    )

    let bindings: String
    let routingKey: String
    /// The prefix of all keys.
    let prefix: String
    /// What stands between the parts of a binding: routing key, pattern, queue.
    let separator: String
    let envelope: [UInt8]
    /// Seconds to live.
    let lifetime: Int

    var keys: [String] { [bindings] }
    var arguments: [any RedisArgument] { [routingKey, prefix, envelope, lifetime, separator] }

    /// Whether there was a queue.
    func decode(_ reply: RedisValue) throws(RedisError) -> Bool { try reply.decodeInt() > 0 }
}
