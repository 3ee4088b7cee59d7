/// A change of several keys at once. Redis runs a script whole and alone, so that no other server comes between.
struct RedisScript: Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    /// Keys: the session's turns. Values: the turn, turns kept, seconds kept (0 for ever).
    static let appendTurn = RedisScript(
        """
        redis.call('RPUSH', KEYS[1], ARGV[1])
        redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1)
        if tonumber(ARGV[3]) > 0 then redis.call('EXPIRE', KEYS[1], ARGV[3]) else redis.call('PERSIST', KEYS[1]) end
        return 1
        """)

    /// Keys: the session's turns. Values: seconds since 1970. A turn's first field is its time.
    static let forgetTurns = RedisScript(
        """
        local count = 0
        while true do
            local turn = redis.call('LINDEX', KEYS[1], 0)
            if not turn then return count end
            local said = tonumber(string.match(turn, '^%d+:([%d.e+-]+),'))
            if said and said >= tonumber(ARGV[1]) then return count end
            redis.call('LPOP', KEYS[1])
            count = count + 1
        end
        """)

    /// Keys: a list.
    static let clearList = RedisScript(
        """
        local count = redis.call('LLEN', KEYS[1])
        redis.call('DEL', KEYS[1])
        return count
        """)

    // Alarms. Keys of each: all alarms by id, their sessions by id, ids by due time, and what the comment adds.

    /// Keys: also the session's ids by due time. Values: id, session, due, the alarm.
    static let addAlarm = RedisScript(
        """
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
        redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
        redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1])
        redis.call('ZADD', KEYS[4], ARGV[3], ARGV[1])
        return 1
        """)

    /// Keys: also the session's ids by due time. Values: id, due, the alarm.
    static let moveAlarm = RedisScript(
        """
        if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
        redis.call('ZADD', KEYS[3], ARGV[2], ARGV[1])
        redis.call('ZADD', KEYS[4], ARGV[2], ARGV[1])
        return 1
        """)

    /// Keys: also the alarm's claim. Values: id, what a session's key begins with.
    static let removeAlarm = RedisScript(
        """
        local session = redis.call('HGET', KEYS[2], ARGV[1])
        if not session then return 0 end
        redis.call('HDEL', KEYS[1], ARGV[1])
        redis.call('HDEL', KEYS[2], ARGV[1])
        redis.call('ZREM', KEYS[3], ARGV[1])
        redis.call('ZREM', ARGV[2] .. session, ARGV[1])
        redis.call('DEL', KEYS[4])
        return 1
        """)

    /// Keys: also the session's ids by due time.
    static let alarmsOfSession = RedisScript(
        """
        local ids = redis.call('ZRANGE', KEYS[4], 0, 999)
        if #ids == 0 then return {} end
        return redis.call('HMGET', KEYS[1], unpack(ids))
        """)

    /// Values: seconds since 1970.
    static let nextAlarms = RedisScript(
        """
        local first = redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
        if #first == 0 then return {} end
        local ids = redis.call('ZRANGEBYSCORE', KEYS[3], first[2], first[2], 'LIMIT', 0, 1000)
        return redis.call('HMGET', KEYS[1], unpack(ids))
        """)

    /// Keys: also the alarm's claim. Values: id, the claim's name, milliseconds.
    static let claimAlarm = RedisScript(
        """
        if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
        if redis.call('SET', KEYS[4], ARGV[2], 'NX', 'PX', ARGV[3]) then return 1 end
        return 0
        """)

    /// Keys: also the alarm's claim. Values: the claim's name.
    static let releaseAlarm = RedisScript(
        """
        if redis.call('GET', KEYS[4]) == ARGV[1] then redis.call('DEL', KEYS[4]) end
        return 1
        """)
}
