import Redis

/// Takes over what a dead consumer had acknowledged and not ended.
///
/// What comes back is everything that this consumer took over from anybody and has not ended yet, so that trying again,
/// after a reply got lost, loses nothing.
struct AdoptScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local left = redis.call('HGETALL', KEYS[1])
        for i = 1, #left, 2 do redis.call('HSET', KEYS[2], left[i], left[i + 1]) end
        redis.call('DEL', KEYS[1])
        redis.call('PEXPIRE', KEYS[2], \(KeyNames.runningLifetime))
        local adopted = {}
        local own = redis.call('HGETALL', KEYS[2])
        for i = 1, #own, 2 do
            if string.sub(own[i], 1, #ARGV[1]) ~= ARGV[1] then
                adopted[#adopted + 1] = own[i]
                adopted[#adopted + 1] = own[i + 1]
            end
        end
        return adopted
        """
    )

    let runningThere: String
    let runningHere: String
    let tagPrefix: String

    var keys: [String] { [runningThere, runningHere] }
    var arguments: [any RedisArgument] { [tagPrefix] }

    /// Tags with kombu's `[envelope, exchange, routing key]`.
    func decode(_ reply: RedisValue) throws(RedisError) -> [(tag: String, stored: [UInt8])] {
        let parts = try reply.decodeByteArrays()
        return stride(from: 0, to: parts.count - 1, by: 2).map { index in
            (String(decoding: parts[index], as: UTF8.self), parts[index + 1])
        }
    }
}
