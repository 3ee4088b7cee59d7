import Glibc
import Storage
import Testing
import VoicePipeline
import VoiceTesting

@Suite struct RedisDatabaseTests {
    /// Short waits, so that the tests are.
    private func timing(command: Double = 5) -> RedisDatabase.Timing {
        var timing = RedisDatabase.Timing()
        timing.command = command
        timing.firstWait = 1
        timing.longestWait = 2
        return timing
    }

    /// Asks until Redis answers again; the waits between attempts are a millisecond or two.
    private func returns(_ store: RedisAssistantStore) async throws -> [String] {
        let end = ContinuousClock.now + .seconds(20)
        while true {
            do {
                return try await store.items(of: .notes, session: "s")
            } catch {
                if ContinuousClock.now > end { throw error }
            }
        }
    }

    @Test func comesBackByItself() async throws {
        let server = try RedisServer("--appendonly", "yes")
        let store = RedisAssistantStore(try RedisDatabase(server.address, timing: timing(), log: .none))
        try await store.add("kept", to: .notes, session: "s")
        server.kill()
        let error = await thrown(StorageError.self) { try await store.items(of: .notes, session: "s") }
        #expect(error == .unreachable("Redis at \(server.path) cannot be reached."))
        // What was confirmed is there after a crash of Redis, because it keeps a log.
        try server.start()
        #expect(try await returns(store) == ["kept"])
    }

    /// A connection that Redis closed meanwhile is noticed before anything is sent on it.
    @Test func aRestartBetweenTwoCallsCostsNone() async throws {
        let server = try RedisServer("--appendonly", "yes")
        let store = RedisAssistantStore(try RedisDatabase(server.address, timing: timing(), log: .none))
        try await store.add("kept", to: .notes, session: "s")
        server.kill()
        try server.start()
        #expect(try await store.items(of: .notes, session: "s") == ["kept"])
    }

    @Test func neverWaitsLongerThanItsTime() async throws {
        let server = try RedisServer()
        let database = try RedisDatabase(server.address, timing: timing(command: 0.2), log: .none)
        let store = RedisAssistantStore(database)
        try await store.add("kept", to: .notes, session: "s")
        server.freeze()
        let started = ContinuousClock.now
        let error = await thrown(StorageError.self) { try await store.items(of: .notes, session: "s") }
        #expect(error == .unreachable("The connection to Redis was lost, or it did not answer in time."))
        #expect(started.duration(to: .now) < .seconds(10))
        server.thaw()
        #expect(try await returns(store) == ["kept"])
    }

    @Test func failsAtOnceBetweenAttempts() async throws {
        var timing = timing()
        timing.firstWait = 3_600_000
        timing.longestWait = 3_600_000
        let address = RedisAddress(.unix(path: "/nowhere/redis.sock"))
        let database = try RedisDatabase(address, timing: timing, log: .none)
        let first = await thrown(StorageError.self) { try await database.check() }
        #expect(first == .unreachable("Redis at /nowhere/redis.sock cannot be reached."))
        let second = await thrown(StorageError.self) { try await database.check() }
        #expect(second == .unreachable("Redis at /nowhere/redis.sock is away; it is tried again in a moment."))
    }

    @Test func saysOnceThatRedisIsAwayAndOnceThatItIsBack() async throws {
        let lines = Guarded<[String]>([])
        let log = Log { record in lines.withLock { $0.append(record.message) } }
        let server = try RedisServer()
        let store = RedisAssistantStore(try RedisDatabase(server.address, timing: timing(), log: log))
        _ = try await store.items(of: .notes, session: "s")
        server.kill()
        for _ in 0..<5 { _ = try? await store.items(of: .notes, session: "s") }
        try server.start()
        _ = try await returns(store)
        #expect(lines.withLock { $0 } == ["Redis is away", "Redis is back"])
    }

    @Test func showsThePassword() async throws {
        let server = try RedisServer("--requirepass", "open sesame")
        var address = server.address
        let refused = StorageError.unusable("Redis does not take the user or the password of REDIS_URL (NOAUTH).")
        let without = try RedisDatabase(address, timing: timing(), log: .none)
        #expect(await thrown(StorageError.self) { try await without.check() } == refused)
        address.password = "wrong"
        let wrong = await thrown(StorageError.self) {
            try await RedisDatabase(address, timing: timing(), log: .none).check()
        }
        #expect("\(String(describing: wrong))".contains("REDIS_URL"))
        #expect(!"\(String(describing: wrong))".contains("wrong\""))
        address.password = "open sesame"
        try await RedisDatabase(address, timing: timing(), log: .none).check()
        address.user = "default"
        try await RedisDatabase(address, timing: timing(), log: .none).check()
    }

    @Test func databasesAreApart() async throws {
        let server = try RedisServer()
        var address = server.address
        address.database = 3
        let third = RedisAssistantStore(try RedisDatabase(address, timing: timing(), log: .none))
        try await third.add("x", to: .notes, session: "s")
        let first = RedisAssistantStore(try RedisDatabase(server.address, timing: timing(), log: .none))
        #expect(try await first.items(of: .notes, session: "s").isEmpty)
        address.database = 9999
        let database = try RedisDatabase(address, timing: timing(), log: .none)
        await #expect(throws: StorageError.self) { try await database.check() }
    }

    /// Without room for more, Redis still reads; that is an answer.
    @Test func aFullRedisIsFull() async throws {
        let server = try RedisServer("--maxmemory", "3mb", "--maxmemory-policy", "noeviction")
        let store = RedisAssistantStore(try RedisDatabase(server.address, timing: timing(), log: .none))
        await #expect(throws: StorageError.full) {
            for _ in 0..<100 { try await store.add(String(repeating: "x", count: 100_000), to: .notes, session: "s") }
        }
        #expect(try await !store.items(of: .notes, session: "s").isEmpty)
        #expect(try await store.clear(.notes, session: "s") > 0)
    }

    /// Values of another program, or of a later version, are passed over.
    @Test func damagedValuesHideNothing() async throws {
        let server = try RedisServer()
        let database = try RedisDatabase(server.address, timing: timing(), log: .none)
        let (store, talk) = (RedisAssistantStore(database), RedisConversationStore(database))
        try await talk.append(user: "u", assistant: "a", to: "s")
        try await store.add(Alarm(id: "a", session: "s", kind: .timer, label: "", created: 0, due: 1))
        for text in ["", "x", "9999999999999999999:a,", "-1:a,", "3:ab", "1:a", "1:a,1:b,", ":,", "2:ab;"] {
            try await database.run(raw: "RPUSH", "hotpin:turns:s", text)
            try await database.run(raw: "HSET", "hotpin:alarms", "b", text)
            try await database.run(raw: "ZADD", "hotpin:alarms:of:s", "5", "b")
            #expect(try await store.alarms(of: "s").map(\.id) == ["a"])
        }
        #expect(try await talk.history(of: "s", turns: 100).map(\.content) == ["u", "a"])
        #expect(try await talk.forget(before: .greatestFiniteMagnitude) == 10)
        try await database.run(raw: "SET", "hotpin:items:notes:s", "not a list")
        let error = await thrown(StorageError.self) { try await store.items(of: .notes, session: "s") }
        #expect(error == .failed(code: 0, message: "Redis answers with the error WRONGTYPE"))
        #expect(try await talk.history(of: "s", turns: 100).isEmpty)
    }
}
