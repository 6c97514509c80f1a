import Redis

/// Puts a delivery back into its list, to be read next.
///
/// Of several who try, one does it.
struct RestoreScript: RedisScript {
    static let source = RedisScriptSource(
        """
        redis.call('ZREM', KEYS[2], ARGV[1])
        if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
        redis.call('RPUSH', KEYS[3], ARGV[2])
        return 1
        """
    )

    let unacked: String
    let unackedIndex: String
    let list: String
    let tag: String
    /// The message, marked as redelivered.
    let envelope: [UInt8]

    var keys: [String] { [unacked, unackedIndex, list] }
    var arguments: [any RedisArgument] { [tag, envelope] }

    /// Whether this call put it back.
    func decode(_ reply: RedisValue) throws(RedisError) -> Bool { try reply.decodeInt() == 1 }
}
