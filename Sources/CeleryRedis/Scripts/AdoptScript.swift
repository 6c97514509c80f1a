import Redis

/// Takes over what a dead consumer had acknowledged and not ended.
///
/// One that lives again keeps what is its own. What comes back is everything that this consumer took over from anybody and has not ended yet, so that trying again,
/// after a reply got lost, loses nothing.
struct AdoptScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        local alive_until = redis.call('ZSCORE', KEYS[3], ARGV[2])
        local is_lost = not alive_until or tonumber(alive_until) < now
        if is_lost then
            local left = redis.call('HGETALL', KEYS[1])
            for i = 1, #left, 2 do redis.call('HSET', KEYS[2], left[i], left[i + 1]) end
            redis.call('DEL', KEYS[1])
        end
        redis.call('PEXPIRE', KEYS[2], \(KeyNames.runningLifetime))
        local adopted = {}
        local own = redis.call('HGETALL', KEYS[2])
        for i = 1, #own, 2 do
            if string.sub(own[i], 1, #ARGV[1]) ~= ARGV[1] then
                adopted[#adopted + 1] = own[i]
                adopted[#adopted + 1] = own[i + 1]
            end
        end
        return {is_lost and 1 or 0, adopted}
        """
    )

    let runningThere: String
    let runningHere: String
    let consumers: String
    let tagPrefix: String
    /// The consumer that was found dead.
    let lost: String

    var keys: [String] { [runningThere, runningHere, consumers] }
    var arguments: [any RedisArgument] { [tagPrefix, lost] }

    /// Whether it still was dead; and tags with kombu's `[envelope, exchange, routing key]`.
    func decode(_ reply: RedisValue) throws(RedisError) -> (isLost: Bool, unended: [(tag: String, stored: [UInt8])]) {
        let answer = try reply.decodeArray()
        guard answer.count == 2 else { throw reply.unexpected("a number and an array") }
        let parts = try answer[1].decodeByteArrays()
        let unended = stride(from: 0, to: parts.count - 1, by: 2).map { index in
            (tag: String(decoding: parts[index], as: UTF8.self), stored: parts[index + 1])
        }
        return (try answer[0].decodeInt() == 1, unended)
    }
}
