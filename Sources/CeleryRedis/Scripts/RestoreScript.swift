import Redis

/// Puts a delivery back into its lists, to be read next.
///
/// Of several who try, one does it. A key of another type stops it before anything has changed.
struct RestoreScript: RedisScript {
    static let source = RedisScriptSource(
        """
        for i = 4, #KEYS do redis.call('LLEN', KEYS[i]) end
        redis.call('ZREM', KEYS[2], ARGV[1])
        if redis.call('HDEL', KEYS[1], ARGV[1]) + redis.call('HDEL', KEYS[3], ARGV[1]) == 0 then return 0 end
        for i = 4, #KEYS do redis.call('RPUSH', KEYS[i], ARGV[2]) end
        return 1
        """
    )

    let unacked: String
    let unackedIndex: String
    /// What the calling consumer acknowledged early.
    let running: String
    let lists: [String]
    let tag: String
    /// The message, marked as redelivered.
    let envelope: [UInt8]

    var keys: [String] { [unacked, unackedIndex, running] + lists }
    var arguments: [any RedisArgument] { [tag, envelope] }

    /// Whether this call put it back.
    func decode(_ reply: RedisValue) throws(RedisError) -> Bool { try reply.decodeInt() == 1 }
}
