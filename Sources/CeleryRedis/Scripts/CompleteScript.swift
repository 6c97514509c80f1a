import Celery
import Redis

/// Makes effects true, and ends a delivery with them, in one step.
///
/// States and parts of chords come first. If one of the parts was the last of its chord and this step has claimed the
/// chord, that is all, and the delivery is still held: its worker settles the chord and comes again. Otherwise messages
/// are queued and the delivery is acknowledged. Only who still holds the delivery changes anything, so applying the script
/// again, after a reply got lost, does nothing twice.
struct CompleteScript: RedisScript {
    static let source = RedisScriptSource(
        """
        local unacked, index, running, tags = KEYS[1], KEYS[2], KEYS[3], tonumber(ARGV[1])
        local held = tags == 0
        for i = 2, tags + 1 do
            if redis.call('HEXISTS', unacked, ARGV[i]) == 1 then held = true end
            if redis.call('HEXISTS', running, ARGV[i]) == 1 then held = true end
        end
        if not held then return {0} end

        \(EffectScripts.functions)

        walk(tags + 2, look)
        if is_taken then return {1} end
        if not is_readable then return {3} end
        walk(tags + 2, record)
        if #claims > 0 then return {2, claims} end
        walk(tags + 2, send)
        for i = 2, tags + 1 do
            redis.call('ZREM', index, ARGV[i])
            redis.call('HDEL', unacked, ARGV[i])
            redis.call('HDEL', running, ARGV[i])
        end
        return {1}
        """
    )

    let unacked: String
    let unackedIndex: String
    /// What the consumer acknowledged early; nil where no consumer completes anything.
    var running: String?
    let tags: [String]
    var operations: EffectOperations
    var settings = ResultSettings()

    /// What the script came to.
    enum Reply: Sendable {
        case outcome(Completion.Outcome)
        /// Nothing was done: a state is stored in a form that the script cannot read, and nobody told it.
        case unreadable
    }

    var keys: [String] { [unacked, unackedIndex, running ?? unacked] + operations.keys }

    var arguments: [any RedisArgument] {
        var arguments: [any RedisArgument] = [tags.count]
        arguments += tags
        return arguments + operations.arguments
    }

    func decode(_ reply: RedisValue) throws(RedisError) -> Reply {
        let parts = try reply.decodeArray()
        guard let status = parts.first else { throw reply.unexpected("an array") }
        switch try status.decodeInt() {
        case 0: return .outcome(.notHeld)
        case 1: return .outcome(.done)
        case 3: return .unreadable
        default:
            guard parts.count > 1 else { throw reply.unexpected("claims") }
            let claims = try parts[1].decodeArray().map { claim throws(RedisError) in
                try operations.claim(claim, settings)
            }
            return .outcome(.claimed(claims))
        }
    }
}
