import Celery
import Redis

/// Takes messages out of lists into `unacked`, in one step: there is no moment in which a message is nowhere.
///
/// Whoever takes messages counts as alive by the same step, so that none of them belongs to a consumer nobody knows.
/// The value in `unacked` is kombu's `[envelope, exchange, routing key]`, put together around the message's own bytes.
///
/// A message leaves its list after it has come into `unacked`. What stops the script in between, such as a key of
/// another type, leaves it in both, and not in neither.
struct ReserveScript: RedisScript {
    /// The highest ``limit``: Lua has to have all messages with their tags on a stack of 8,000 places
    /// (`LUAI_MAXCSTACK`).
    static let mostAtOnce = 1000

    static let source = RedisScriptSource(
        """
        \(Liveness.function)

        local time = redis.call('TIME')
        local score = string.format('%d.%06d', time[1], time[2])
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        say_alive(KEYS[3], ARGV[4], now, tonumber(ARGV[5]))
        local left, number, taken = tonumber(ARGV[1]), tonumber(ARGV[3]), {}
        for i = 4, #KEYS do
            if left <= 0 then break end
            local messages = redis.call('LRANGE', KEYS[i], -left, -1)
            if #messages > 0 then
                local values, scores, count = {}, {}, #messages
                for j = 1, count do
                    local tag = ARGV[2] .. number
                    values[2 * j - 1], values[2 * j] = tag, '[' .. messages[count + 1 - j] .. ARGV[i + 2]
                    scores[2 * j - 1], scores[2 * j] = score, tag
                    number = number + 1
                end
                redis.call('HSET', KEYS[1], unpack(values))
                redis.call('ZADD', KEYS[2], unpack(scores))
                redis.call('LTRIM', KEYS[i], 0, -count - 1)
                left = left - count
                taken[#taken + 1] = i - 4
                taken[#taken + 1] = messages
            end
        end
        return taken
        """
    )

    /// One list of a queue.
    struct List: Sendable {
        var key: String
        var queue: QueueName
    }

    /// What follows a message in `unacked`.
    ///
    /// With the nameless exchange every kombu consumer restores the message to the queue of that name.
    static func ending(_ queue: QueueName) -> String {
        ", \"\", " + String(decoding: JSONValue.string(queue.rawValue).serialized(), as: UTF8.self) + "]"
    }

    let unacked: String
    let unackedIndex: String
    let consumers: String
    let lists: [List]
    let limit: Int
    let tagPrefix: String
    let id: String
    /// Milliseconds for which the consumer counts as alive.
    let liveness: Int
    let firstNumber: Int

    var keys: [String] { [unacked, unackedIndex, consumers] + lists.map(\.key) }
    var arguments: [any RedisArgument] {
        [limit, tagPrefix, firstNumber, id, liveness] + lists.map { Self.ending($0.queue) }
    }

    /// The messages with the place of their list in ``lists``, in the order in which they got their numbers.
    func decode(_ reply: RedisValue) throws(RedisError) -> [(list: Int, envelope: [UInt8])] {
        let parts = try reply.decodeArray()
        var taken: [(list: Int, envelope: [UInt8])] = []
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            let list = try parts[index].decodeInt()
            // The end of a list is read first.
            for envelope in try parts[index + 1].decodeByteArrays().reversed() { taken.append((list, envelope)) }
        }
        return taken
    }
}
