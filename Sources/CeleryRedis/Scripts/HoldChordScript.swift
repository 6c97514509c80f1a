import Redis

/// Renews the claim of a chord while it is ours, or takes it up again while its parts are there
/// (celery/backends/redis.py, `CHORD_CLAIM_EXTEND_LUA`).
struct HoldChordScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local claimed_by = redis.call('GET', KEYS[1])
        if claimed_by ~= ARGV[1] and (claimed_by or redis.call('EXISTS', KEYS[2]) == 0) then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
        return 1
        """
    )

    let claim: String
    let size: String
    let token: String
    /// Seconds.
    let lifetime: Int

    var keys: [String] { [claim, size] }
    var arguments: [any RedisArgument] { [token, lifetime] }

    /// Whether the chord is ours.
    func decode(_ reply: RedisValue) throws(RedisError) -> Bool { try reply.decodeInt() == 1 }
}
