import Redis

/// Acknowledges deliveries whose tasks are about to run.
///
/// To everybody else they are done with: what is in neither `unacked` nor its index is never restored. The consumer keeps
/// the messages in a hash of its own until the tasks have ended. That is the evidence that an acknowledgement was applied
/// although its reply got lost, and what lets the tasks of a worker that dies come to an end.
struct AcknowledgeScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local held = 0
        for _, tag in ipairs(ARGV) do
            redis.call('ZREM', KEYS[2], tag)
            local entry = redis.call('HGET', KEYS[1], tag)
            if entry then
                redis.call('HDEL', KEYS[1], tag)
                redis.call('HSET', KEYS[3], tag, entry)
                held = 1
            elseif redis.call('HEXISTS', KEYS[3], tag) == 1 then
                held = 1
            end
        end
        redis.call('PEXPIRE', KEYS[3], \(KeyNames.runningLifetime))
        return held
        """
    )

    let unacked: String
    let unackedIndex: String
    let running: String
    let tags: [String]

    var keys: [String] { [unacked, unackedIndex, running] }
    var arguments: [any RedisArgument] { tags }

    /// Whether they were held until now, or had been acknowledged by this consumer before.
    func decode(_ reply: RedisValue) throws(RedisError) -> Bool { try reply.decodeInt() == 1 }
}
