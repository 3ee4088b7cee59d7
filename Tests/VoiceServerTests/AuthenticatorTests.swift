import Testing
import VoicePipeline
import VoiceServer
import VoiceTesting

@Suite struct AuthenticatorTests {
    private let visitor = Visitor(address: "192.0.2.7")

    private func stored(_ name: String, _ key: String) -> AccessKey {
        AccessKey(name: name, hash: APIKey.hash(key.utf8), created: 1)
    }

    private func authenticator(
        _ keys: [AccessKey] = [], configured: [String] = [], clock: ManualClock = ManualClock(), log: Log = .none
    ) async throws -> (Authenticator, MemoryKeyStore) {
        let store = MemoryKeyStore(keys)
        var policy = AccessPolicy()
        policy.configuredKeys = configured
        let wall = ManualWallClock(LocalTime(year: 2026, month: 11, day: 21))
        return (
            try await Authenticator.load(policy: policy, store: store, clock: clock, wallClock: wall, log: log), store
        )
    }

    private func show(_ key: String?, to authenticator: Authenticator) async -> Result<Identity, AccessRefusal> {
        do {
            return .success(
                try await authenticator.admit(visitor, key: key.map { Array($0.utf8) }, door: "test").identity)
        } catch {
            return .failure(error)
        }
    }

    @Test func withoutKeysEveryoneIsIn() async throws {
        let (authenticator, _) = try await authenticator()
        #expect(authenticator.isOpen)
        #expect(await show(nil, to: authenticator) == .success(.open))
        #expect(await show("whatever", to: authenticator) == .success(.open))
    }

    @Test func withKeysOnlyTheRightOneOpens() async throws {
        let (authenticator, _) = try await authenticator([stored("phone", "one")], configured: ["shared-secret"])
        #expect(authenticator.keyCount == 2)
        #expect(await show("one", to: authenticator) == .success(.named("phone")))
        #expect(await show("shared-secret", to: authenticator) == .success(.configured))
        #expect(await show(nil, to: authenticator) == .failure(.missingKey))
        let long = String(repeating: "x", count: 1_000_000)
        for wrong in ["", "on", "one ", "One", "onee", "ü", "one\0", long] {
            #expect(await show(wrong, to: authenticator) == .failure(.wrongKey), "\(wrong.prefix(9))")
        }
        #expect(authenticator.metrics.refused.value("wrong_key") == 8)
        #expect(authenticator.metrics.refused.value("no_key") == 1)
        #expect(authenticator.metrics.authenticationFailures.value("test") == 9)
    }

    @Test func aKeyMadeLaterOpensAtOnce() async throws {
        let (authenticator, store) = try await authenticator([stored("phone", "one")])
        #expect(try await store.add(stored("desk", "two")))
        #expect(await show("two", to: authenticator) == .success(.named("desk")))
        // It was not held against its address that the key was not known at first.
        for _ in 0..<30 {
            #expect(try await store.add(stored("k", "three")))
            #expect(await show("three", to: authenticator) == .success(.named("k")))
            #expect(try await store.revoke("k", at: 1))
            await authenticator.look()
        }
        #expect(await show("three", to: authenticator) == .failure(.wrongKey))
    }

    @Test func guessingIsSlow() async throws {
        let clock = ManualClock()
        let (authenticator, store) = try await authenticator([stored("phone", "one")], clock: clock)
        for number in 0..<10 {
            #expect(await show("guess-\(number)", to: authenticator) == .failure(.wrongKey))
        }
        let reads = store.reads
        #expect(await show("guess-x", to: authenticator) == .failure(.tooManyAttempts(seconds: 6)))
        // The right key has to wait too, or a guess would still tell.
        #expect(await show("one", to: authenticator) == .failure(.tooManyAttempts(seconds: 6)))
        #expect(store.reads == reads)
        let other = try await authenticator.admit(Visitor(address: "192.0.2.8"), key: Array("one".utf8), door: "test")
        #expect(other.identity == .named("phone"))
        clock.advance(by: .seconds(6))
        #expect(await show("one", to: authenticator) == .success(.named("phone")))
    }

    @Test func guessesAtOnceAreNotFree() async throws {
        let (authenticator, _) = try await authenticator([stored("phone", "one")])
        let looked = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask { await show("guess-\(number)", to: authenticator) == .failure(.wrongKey) }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(looked == 10)
    }

    @Test func aRevokedKeysConnectionsAreClosedAndNoOthers() async throws {
        let (authenticator, store) = try await authenticator([stored("phone", "one"), stored("desk", "two")])
        let closed = Guarded<[String]>([])
        var holds: [AccessHold] = []
        for (name, key) in [("phone", "one"), ("phone-2", "one"), ("phone-left", "one"), ("desk", "two")] {
            let admission = try await authenticator.admit(visitor, key: Array(key.utf8), door: "test")
            let hold = authenticator.hold(admission) { closed.withLock { $0.append(name) } }
            holds.append(try #require(hold))
        }
        holds[2].end()
        await authenticator.look()
        #expect(closed.withLock { $0 } == [])
        let admission = try await authenticator.admit(visitor, key: Array("one".utf8), door: "test")
        #expect(try await store.revoke("phone", at: 5))
        // Given to a new key at once: the old one's connections go nevertheless.
        #expect(try await store.add(stored("phone", "three")))
        await authenticator.look()
        #expect(closed.withLock { $0.sorted() } == ["phone", "phone-2"])
        await authenticator.look()
        #expect(closed.withLock { $0.count } == 2)
        #expect(authenticator.hold(admission, onRevoked: {}) == nil)
        #expect(await show("one", to: authenticator) == .failure(.wrongKey))
        #expect(await show("three", to: authenticator) == .success(.named("phone")))
    }

    @Test func theFirstKeySendsAwayWhoCameWithoutOne() async throws {
        let (authenticator, store) = try await authenticator()
        let admission = try await authenticator.admit(visitor, key: nil, door: "test")
        let closed = Latch()
        #expect(authenticator.hold(admission) { closed.set() } != nil)
        #expect(try await store.add(stored("phone", "one")))
        await authenticator.look()
        #expect(closed.isSet)
        #expect(await show(nil, to: authenticator) == .failure(.missingKey))
        // Revoking the last key does not open the doors again.
        #expect(try await store.revoke("phone", at: 5))
        await authenticator.look()
        #expect(await show(nil, to: authenticator) == .failure(.missingKey))
    }

    @Test func followsTheStoreWhileItRuns() async throws {
        let clock = ManualClock()
        let (authenticator, store) = try await authenticator([stored("phone", "one")], clock: clock)
        let closed = Latch()
        let admission = try await authenticator.admit(visitor, key: Array("one".utf8), door: "test")
        #expect(authenticator.hold(admission) { closed.set() } != nil)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await authenticator.run() }
            await clock.sleepsBegun(atLeast: 1)
            #expect(try await store.revoke("phone", at: 5))
            clock.advance(by: .seconds(2))
            await closed.wait()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func keepsItsKeysWhileTheStoreCannotBeRead() async throws {
        let lines = Guarded<[String]>([])
        let log = Log(minimum: .warning) { record in lines.withLock { $0.append(record.message) } }
        let (authenticator, store) = try await authenticator([stored("phone", "one")], log: log)
        store.fail(with: .full)
        for _ in 0..<3 { await authenticator.look() }
        #expect(await show("one", to: authenticator) == .success(.named("phone")))
        #expect(await show("two", to: authenticator) == .failure(.wrongKey))
        #expect(lines.withLock { $0.filter { $0.hasPrefix("the keys cannot be read") }.count } == 1)
        store.fail(with: nil)
        #expect(try await store.add(stored("desk", "two")))
        await authenticator.look()
        #expect(await show("two", to: authenticator) == .success(.named("desk")))
    }

    @Test func withoutItsStoreItDoesNotBegin() async throws {
        let store = MemoryKeyStore()
        store.fail(with: .unusable("damaged"))
        await #expect(throws: StorageError.unusable("damaged")) {
            try await Authenticator.load(policy: AccessPolicy(), store: store, log: .none)
        }
    }

    @Test func notesTheDayOfUse() async throws {
        let (authenticator, store) = try await authenticator([stored("phone", "one"), stored("desk", "two")])
        #expect(await show("one", to: authenticator) == .success(.named("phone")))
        await authenticator.look()
        #expect(try await store.keys().map(\.lastUsed) == [20_778, nil])
    }

    @Test func logsAddressAndDoorAndNoKey() async throws {
        let lines = Guarded<[String]>([])
        let log = Log(minimum: .debug) { record in lines.withLock { $0.append("\(record)") } }
        let (authenticator, _) = try await authenticator([stored("phone", "right-key")], log: log)
        for key in ["right-key", "wrong-key", nil] { _ = await show(key, to: authenticator) }
        let text = lines.withLock { $0.joined(separator: "\n") }
        #expect(text.contains("192.0.2.7") && text.contains("test") && text.contains("wrong_key"))
        #expect(!text.contains("right-key") && !text.contains("wrong-key"))
    }

    @Test(arguments: [
        ("Bearer abc", "abc"), ("bearer abc", "abc"), ("BEARER   abc  ", "abc"), ("Bearer a b", "a b"), ("Bearer ", ""),
        ("Bearer", ""),
    ])
    func readsTheHeader(value: String, key: String) {
        #expect(Authenticator.bearer([value]) == Array(key.utf8))
    }

    @Test func aProxysOwnHeaderIsNoKey() {
        #expect(Authenticator.bearer([]) == nil)
        #expect(Authenticator.bearer(["Basic dXNlcjpwYXNz"]) == nil)
        #expect(Authenticator.bearer(["Bearerabc"]) == nil)
        #expect(Authenticator.bearer(["Bearer a", "Bearer b"]) == [])
    }

    @Test(arguments: [
        ("api_key", "x", true), ("API-Key", "x", true), ("apikey", "x", true), ("key", "x", true), ("token", "x", true),
        ("access_token", "x", true), ("Authorization", "x", true), ("q", "hotpin_abc", true), ("q", "hotpin", false),
        ("keyboard", "x", false), ("", "", false),
    ])
    func knowsAKeyInAURL(name: String, value: String, isKey: Bool) {
        #expect(Authenticator.isKeyField(name, value) == isKey)
    }
}
