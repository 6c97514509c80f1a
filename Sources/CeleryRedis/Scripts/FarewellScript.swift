import Redis

/// Takes a consumer off the list of those that are alive.
///
/// One that leaves unended tasks behind stays on it: when its time is over, somebody ends them.
struct FarewellScript: RedisScript {
    static let source = RedisScriptSource(
        """
        if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
        return redis.call('ZREM', KEYS[1], ARGV[1])
        """
    )

    let consumers: String
    let running: String
    let id: String

    var keys: [String] { [consumers, running] }
    var arguments: [any RedisArgument] { [id] }

    func decode(_ reply: RedisValue) throws(RedisError) { _ = try reply.decodeInt() }
}
