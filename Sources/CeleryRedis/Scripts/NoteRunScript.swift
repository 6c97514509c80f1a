import Celery
import Redis

/// Writes into `unacked` what a held message goes back as when its consumer is lost from now on.
struct NoteRunScript: RedisScript {
    static let source = RedisScriptSource(
        """
        if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
        redis.call('HSET', KEYS[1], ARGV[1], '[' .. ARGV[2] .. ARGV[3])
        return 1
        """
    )

    let unacked: String
    let tag: String
    let queue: QueueName
    /// The message as it goes back.
    let envelope: [UInt8]

    var keys: [String] { [unacked] }
    var arguments: [any RedisArgument] { [tag, envelope, ReserveScript.ending(queue)] }

    /// Whether it is held.
    func decode(_ reply: RedisValue) throws(RedisError) -> Bool { try reply.decodeInt() == 1 }
}
