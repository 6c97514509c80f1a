import Celery
import Redis

/// The Lua functions that make effects true.
///
/// An effect is an operation: a letter, its arguments and its keys, so many as `sizes` says. `walk` goes through them all;
/// `record` makes those true that concern results, `send` those that queue messages.
enum EffectScripts {
    static let functions = """
        local sizes = {S = {4, 1}, P = {11, 7}, N = {2, 2}, X = {1, 1}, G = {2, 1}, L = {1, 1}, U = {1, 1}, E = {1, 1}, O = {1, 1},
            B = {4, 5}}

        local function walk(a, visit)
            local k = 4
            while a <= #ARGV do
                local size = sizes[ARGV[a]]
                local skip = visit(ARGV[a], k, a + 1) or 0
                a, k = a + 1 + size[1], k + size[2]
                for _ = 1, skip do
                    size = sizes[ARGV[a]]
                    a, k = a + 1 + size[1], k + size[2]
                end
            end
        end

        -- What the documents under keys begin with: the state, where they are JSON.
        local heads = {}
        local function head(key)
            if not heads[key] then heads[key] = redis.call('GETRANGE', key, 0, 19) end
            return heads[key]
        end

        -- What is compressed, or no JSON, was read by the caller, who tells the state of the bytes with that digest.
        local is_readable = true
        -- Whether this very step was taken before, and its answer got lost.
        local is_taken = false
        local function look(op, k, a)
            local key, told = KEYS[k], a + 2
            if op == 'O' then
                is_taken = is_taken or redis.call('EXISTS', key) == 1
                return
            elseif op == 'L' then
                -- Fails here for a key of another type, before anything has changed.
                redis.call('LLEN', key)
                return
            elseif op == 'P' and ARGV[a + 8] == '1' then
                key, told = KEYS[k + 6], a + 9
            elseif op ~= 'S' then
                return
            end
            local start = string.sub(head(key), 1, 1)
            if start == '' or start == '{' then return end
            if redis.sha1hex(redis.call('GET', key)) == ARGV[told] then
                heads[key] = ARGV[told + 1]
            else
                is_readable = false
            end
        end

        local function store(key, ttl, document)
            if head(key) == '{"status": "SUCCESS"' then return end
            heads[key] = string.sub(document, 1, 20)
            if ttl > 0 then
                redis.call('SETEX', key, ttl, document)
            else
                redis.call('SET', key, document)
            end
            redis.call('PUBLISH', key, document)
        end

        local function set(key, ttl, value)
            if ttl > 0 then redis.call('SET', key, value, 'EX', ttl) else redis.call('SET', key, value) end
        end

        local function failed(key)
            return head(key) == '{"status": "FAILURE"' or head(key) == '{"status": "REVOKED"'
        end

        -- celery/backends/redis.py, CHORD_PART_RETURN_LUA; a claim with the same token is the same try.
        local function part(k, a)
            local j, t, s, d, g, c = KEYS[k], KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], KEYS[k + 4], KEYS[k + 5]
            local id, value, ordered, score = ARGV[a], ARGV[a + 1], ARGV[a + 2] == '1', ARGV[a + 3]
            local ttl, group_ttl, claim_ttl = tonumber(ARGV[a + 4]), tonumber(ARGV[a + 5]), ARGV[a + 6]
            local token, unless_failed, is_uncertain = ARGV[a + 7], ARGV[a + 8] == '1', ARGV[a + 8] == '2'
            if unless_failed and failed(KEYS[k + 6]) then return end
            local claimed_by = redis.call('GET', c)
            -- A part of a chord that is settled is a duplicate, or the first of the next run of a frozen chord, whose size is
            -- set later: unlike in Celery it is kept as long as the mark, and counts if a size comes.
            local settled = claimed_by == 'done'
            local member = id .. ':' .. score
            if redis.call('SADD', d, member) == 1 then
                if ordered then redis.call('ZADD', j, score, value) else redis.call('RPUSH', j, value) end
            end
            if ttl > 0 then
                if settled then ttl = math.min(ttl, math.max(redis.call('TTL', c), 1)) end
                for _, key in ipairs({j, t, s, d}) do redis.call('EXPIRE', key, ttl) end
                if group_ttl > 0 then redis.call('EXPIRE', g, group_ttl) end
            end
            if settled then return end
            local count = redis.call(ordered and 'ZCARD' or 'LLEN', j)
            local size = redis.call('GET', s)
            if not size or count ~= tonumber(size) + tonumber(redis.call('GET', t) or 0) then return end
            if is_uncertain then return end
            if claimed_by ~= token and not redis.call('SET', c, token, 'NX', 'EX', claim_ttl) then return end
            return {k, redis.call(ordered and 'ZRANGE' or 'LRANGE', j, 0, -1), redis.call('GET', g)}
        end

        local claims = {}

        local function record(op, k, a, inner)
            if op == 'S' then
                store(KEYS[k], tonumber(ARGV[a]), ARGV[a + 1])
            elseif op == 'P' then
                claims[#claims + 1] = part(k, a)
            elseif op == 'N' then
                redis.call('DEL', KEYS[k])
                set(KEYS[k + 1], tonumber(ARGV[a + 1]), ARGV[a])
            elseif op == 'X' then
                redis.call('INCRBY', KEYS[k], ARGV[a])
            elseif op == 'G' then
                set(KEYS[k], tonumber(ARGV[a]), ARGV[a + 1])
            elseif op == 'O' then
                redis.call('SET', KEYS[k], 1, 'EX', ARGV[a])
            elseif op == 'B' and not inner then
                return tonumber(ARGV[a + 3])
            end
        end

        -- celery/backends/redis.py, CHORD_CLAIM_EXTEND_LUA and CHORD_CLEANUP_LUA: nothing if somebody else has it now.
        local function settle(k, a)
            local c, j, t, s, d = KEYS[k], KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], KEYS[k + 4]
            local token, done_ttl, success = ARGV[a], ARGV[a + 1], ARGV[a + 2] == '1'
            local claimed_by = redis.call('GET', c)
            if claimed_by ~= token and (claimed_by or redis.call('EXISTS', s) == 0) then return false end
            if success then
                redis.call('DEL', j, t, s, d)
                redis.call('SET', c, 'done', 'EX', done_ttl)
            else
                redis.call('DEL', s)
            end
            return true
        end

        local inside = 0

        local function send(op, k, a)
            local inner = inside > 0
            if inner then inside = inside - 1 end
            if op == 'L' then
                redis.call('LPUSH', KEYS[k], ARGV[a])
            elseif op == 'U' then
                redis.call('PUBLISH', KEYS[k], ARGV[a])
            elseif op == 'E' then
                redis.call('PEXPIRE', KEYS[k], ARGV[a])
            elseif op == 'B' then
                local count = tonumber(ARGV[a + 3])
                if not settle(k, a) then return count end
                inside = count
            elseif inner then
                record(op, k, a, true)
            end
        end
        """
}
