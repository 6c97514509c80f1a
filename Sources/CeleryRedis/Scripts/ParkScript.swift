import Redis

/// Makes a held message one that waits in `unacked` for its time and is held by nobody.
///
/// Its score is so far ahead that it is overdue when it is due: any worker's scan brings it back then, Python's too. It
/// gets a tag that belongs to no consumer, so that the end of the one that parked it, in order or not, changes nothing.
struct ParkScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        if tonumber(ARGV[2]) - now < tonumber(ARGV[3]) then return 0 end
        local entry
        for i = 5, #ARGV do
            redis.call('ZREM', KEYS[2], ARGV[i])
            entry = entry or redis.call('HGET', KEYS[1], ARGV[i])
            redis.call('HDEL', KEYS[1], ARGV[i])
        end
        if entry then
            redis.call('HSET', KEYS[1], ARGV[4], entry)
            redis.call('ZADD', KEYS[2], ARGV[1], ARGV[4])
            redis.call('ZADD', KEYS[3], ARGV[2], ARGV[4])
        end
        return 1
        """
    )

    let unacked: String
    let unackedIndex: String
    let parked: String
    let tags: [String]
    let newTag: String
    /// When it is due, in Unix seconds.
    let eta: Double
    /// kombu's `visibility_timeout` in seconds.
    let visibilityTimeout: Double
    /// Milliseconds; what is due sooner is not parked.
    let leastTime: Int

    var keys: [String] { [unacked, unackedIndex, parked] }

    var arguments: [any RedisArgument] {
        [eta - visibilityTimeout, Int(eta * 1000), leastTime, newTag] as [any RedisArgument] + tags
    }

    /// Whether it was parked, or was not held any more.
    func decode(_ reply: RedisValue) throws(RedisError) -> Bool { try reply.decodeInt() == 1 }
}
