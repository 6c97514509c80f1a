import Redis

/// Takes an entry out of the dead letters and puts its message into a list, to be read next.
///
/// A key of another type stops it before anything has changed.
struct RequeueScript: RedisScript {
    static let source = RedisScriptSource(
        """
        redis.call('LLEN', KEYS[2])
        if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 0 then return 0 end
        redis.call('RPUSH', KEYS[2], ARGV[2])
        return 1
        """
    )

    let deadLetters: String
    let list: String
    /// The entry, byte for byte.
    let entry: [UInt8]
    /// Its message, without marks of earlier deliveries.
    let envelope: [UInt8]

    var keys: [String] { [deadLetters, list] }
    var arguments: [any RedisArgument] { [entry, envelope] }

    /// Whether this call did it.
    func decode(_ reply: RedisValue) throws(RedisError) -> Bool { try reply.decodeInt() == 1 }
}
