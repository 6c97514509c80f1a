import Celery
import Redis

/// Ends a delivery in one step: result stored and published, successors queued, acknowledged.
///
/// Only who still holds the delivery queues successors, so applying it again, after a reply got lost, queues nothing
/// twice. A stored SUCCESS is not overwritten (celery/backends/base.py, `_store_result` of key-value stores).
struct CompleteScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local tags = tonumber(ARGV[1])
        local held = tags == 0
        for i = 2, tags + 1 do
            redis.call('ZREM', KEYS[2], ARGV[i])
            if redis.call('HDEL', KEYS[1], ARGV[i]) == 1 then held = true end
        end
        local ttl, document = tonumber(ARGV[tags + 2]), ARGV[tags + 3]
        if ttl >= 0 and (held or #KEYS == 3) then
        \(StoreScript.body(key: "KEYS[3]"))
        end
        if not held then return 0 end
        for i = 4, #KEYS do redis.call('LPUSH', KEYS[i], ARGV[tags + i]) end
        return 1
        """
    )

    let unacked: String
    let unackedIndex: String
    let tags: [String]
    let result: StoredResult?
    let messages: [(list: String, message: [UInt8])]

    var keys: [String] { [unacked, unackedIndex, result?.key ?? ""] + messages.map(\.list) }

    var arguments: [any RedisArgument] {
        var arguments: [any RedisArgument] = [tags.count]
        arguments += tags
        arguments += [result?.lifetime ?? -1, result?.document ?? []] as [any RedisArgument]
        arguments += messages.map(\.message)
        return arguments
    }

    /// Whether the delivery was held.
    func decode(_ reply: RedisValue) throws(RedisError) -> Bool { try reply.decodeInt() == 1 }
}
