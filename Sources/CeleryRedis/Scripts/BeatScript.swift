import Redis

/// Says that a consumer lives, and asks which ones do not, which deliveries are overdue and which parked ones are due.
///
/// By the server's clock. A parked message that is due is named to one consumer only; should that one not bring it back,
/// it is overdue like any other a moment later.
struct BeatScript: RedisScript {
    static let source = RedisScriptSource(
        """
        \(Liveness.function)

        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        say_alive(KEYS[1], ARGV[1], now, tonumber(ARGV[2]))
        redis.call('PEXPIRE', KEYS[1], \(KeyNames.runningLifetime))
        redis.call('PEXPIRE', KEYS[3], \(KeyNames.runningLifetime))
        local dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. now)

        local due = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now + ARGV[5], 'LIMIT', 0, ARGV[4])
        local is_due = {}
        for _, tag in ipairs(due) do
            redis.call('ZREM', KEYS[4], tag)
            is_due[tag] = true
        end
        local first = redis.call('ZRANGE', KEYS[4], 0, 0, 'WITHSCORES')
        local rest = first[2] and math.max(tonumber(first[2]) - now, 0) or -1

        local latest = string.format('%d.%06d', tonumber(time[1]) - tonumber(ARGV[3]), time[2])
        local overdue = {}
        for _, tag in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', latest, 'LIMIT', 0, ARGV[4])) do
            local eta = string.sub(tag, 1, #'\(KeyNames.parkedTag)') == '\(KeyNames.parkedTag)'
                and redis.call('ZSCORE', KEYS[4], tag)
            if eta then
                -- Parked by a worker with a longer visibility timeout, and not due yet.
                redis.call('ZADD', KEYS[2], tonumber(eta) / 1000 - tonumber(ARGV[3]), tag)
            elseif not is_due[tag] then
                overdue[#overdue + 1] = tag
            end
        end
        return {dead, overdue, due, rest}
        """
    )

    /// What a beat brings to light.
    struct Response: Sendable {
        /// Consumers that have been silent for too long.
        var deadConsumers: [String]
        /// Tags whose leases have run out.
        var overdueTags: [String]
        /// Tags of parked messages that are to go back to their queues now, the first of them first.
        var dueTags: [String]
        /// How long until the next parked message is due.
        var nextDue: Duration?
    }

    let consumers: String
    let unackedIndex: String
    let running: String
    let parked: String
    let id: String
    /// Milliseconds for which the consumer counts as alive.
    let liveness: Int
    /// kombu's `visibility_timeout` in seconds.
    let visibilityTimeout: Int
    /// The most tags to return of each kind.
    let limit: Int
    /// Milliseconds by which parked messages are brought back early.
    let lead: Int

    var keys: [String] { [consumers, unackedIndex, running, parked] }
    var arguments: [any RedisArgument] { [id, liveness, visibilityTimeout, limit, lead] }

    func decode(_ reply: RedisValue) throws(RedisError) -> Response {
        let parts = try reply.decodeArray()
        guard parts.count == 4 else { throw reply.unexpected("three arrays and a number") }
        let rest = try parts[3].decodeInt()
        return Response(
            deadConsumers: try parts[0].decodeByteArrays().map { String(decoding: $0, as: UTF8.self) },
            overdueTags: try parts[1].decodeByteArrays().map { String(decoding: $0, as: UTF8.self) },
            dueTags: try parts[2].decodeByteArrays().map { String(decoding: $0, as: UTF8.self) },
            nextDue: rest < 0 ? nil : .milliseconds(rest)
        )
    }
}
