import Redis

/// Says that a consumer lives, and asks which ones do not and which deliveries are overdue.
///
/// By the server's clock.
struct BeatScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        if redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1]) == 1 then redis.call('PEXPIRE', KEYS[1], 86400000) end
        redis.call('PEXPIRE', KEYS[3], \(KeyNames.runningLifetime))
        local dead = redis.call('ZRANGE', KEYS[1], '-inf', '(' .. now, 'BYSCORE')
        local due = string.format('%d.%06d', tonumber(time[1]) - tonumber(ARGV[3]), time[2])
        local overdue = redis.call('ZRANGE', KEYS[2], '-inf', due, 'BYSCORE', 'LIMIT', 0, ARGV[4])
        return {dead, overdue}
        """
    )

    /// What a beat brings to light.
    struct Response: Sendable {
        /// Consumers that have been silent for too long.
        var deadConsumers: [String]
        /// Tags whose leases have run out.
        var overdueTags: [String]
    }

    let consumers: String
    let unackedIndex: String
    let running: String
    let id: String
    /// Milliseconds for which the consumer counts as alive.
    let liveness: Int
    /// kombu's `visibility_timeout` in seconds.
    let visibilityTimeout: Int
    /// The most tags to return.
    let limit: Int

    var keys: [String] { [consumers, unackedIndex, running] }
    var arguments: [any RedisArgument] { [id, liveness, visibilityTimeout, limit] }

    func decode(_ reply: RedisValue) throws(RedisError) -> Response {
        let parts = try reply.decodeArray()
        guard parts.count == 2 else { throw reply.unexpected("two arrays") }
        return Response(
            deadConsumers: try parts[0].decodeByteArrays().map { String(decoding: $0, as: UTF8.self) },
            overdueTags: try parts[1].decodeByteArrays().map { String(decoding: $0, as: UTF8.self) }
        )
    }
}
