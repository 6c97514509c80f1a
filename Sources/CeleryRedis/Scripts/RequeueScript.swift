import Redis

/// Takes an entry out of the dead letters and puts its message into a list, to be read next.
///
/// What pushes comes first, for it fails where the key is no list, and nothing is to be changed then.
struct RequeueScript: RedisScript {
    static let source = RedisScriptSource(
        """
        redis.call('RPUSH', KEYS[2], ARGV[2])
        if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 1 then return 1 end
        redis.call('RPOP', KEYS[2])
        return 0
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
