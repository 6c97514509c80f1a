/// How scripts say that a consumer lives.
enum Liveness {
    /// Lua: `say_alive(consumers, id, now, liveness)`, times in milliseconds by the server's clock.
    ///
    /// A consumer that comes too late with it has been kept from it, perhaps by an outage of the server, and so have the
    /// others: they get the time to come back as it has.
    static let function = """
        local function say_alive(consumers, id, now, liveness)
            local own = redis.call('ZSCORE', consumers, id)
            if own and tonumber(own) < now then
                for _, other in ipairs(redis.call('ZRANGEBYSCORE', consumers, '-inf', '(' .. now)) do
                    redis.call('ZADD', consumers, now + liveness, other)
                end
            end
            redis.call('ZADD', consumers, now + liveness, id)
        end
        """
}
