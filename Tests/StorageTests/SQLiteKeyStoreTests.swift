import Storage
import Testing
import VoicePipeline

@Suite struct SQLiteKeyStoreTests {
    private func key(_ name: String, _ byte: UInt8) -> AccessKey {
        AccessKey(name: name, hash: [UInt8](repeating: byte, count: 32), created: 1_700_000_000)
    }

    @Test func keepsWhatIsKnownOfAKey() async throws {
        let store = SQLiteKeyStore(try await SQLiteDatabase.open(":memory:"))
        #expect(try await store.keys().isEmpty)
        #expect(try await store.add(key("phone", 0xA5)))
        #expect(try await store.add(key("desk", 0x0F)))
        #expect(try await store.keys() == [key("phone", 0xA5), key("desk", 0x0F)])
    }

    @Test func aNameIsInForceOnce() async throws {
        let store = SQLiteKeyStore(try await SQLiteDatabase.open(":memory:"))
        #expect(try await store.add(key("phone", 1)))
        #expect(try await store.add(key("phone", 2)) == false)
        #expect(try await store.revoke("phone", at: 1_700_000_100))
        #expect(try await store.revoke("phone", at: 1_700_000_200) == false)
        #expect(try await store.revoke("nobody", at: 1) == false)
        #expect(try await store.add(key("phone", 3)))
        var revoked = key("phone", 1)
        revoked.revoked = 1_700_000_100
        #expect(try await store.keys() == [revoked, key("phone", 3)])
    }

    @Test func revokesWhateverTheClockSays() async throws {
        let store = SQLiteKeyStore(try await SQLiteDatabase.open(":memory:"))
        for (name, time) in [("a", 0.0), ("b", -5), ("c", 0.5)] {
            #expect(try await store.add(key(name, UInt8(name.utf8.first ?? 0))))
            #expect(try await store.revoke(name, at: time))
        }
        #expect(try await store.keys().allSatisfy { $0.revoked != nil })
    }

    @Test func notesTheLastDayOfUse() async throws {
        let store = SQLiteKeyStore(try await SQLiteDatabase.open(":memory:"))
        #expect(try await store.add(key("phone", 1)))
        try await store.markUsed(key("phone", 1).hash, on: 20_000)
        try await store.markUsed(key("phone", 1).hash, on: 19_000)
        try await store.markUsed(key("other", 9).hash, on: 20_000)
        #expect(try await store.keys().map(\.lastUsed) == [20_000])
    }

    @Test func twoConnectionsSeeEachOther() async throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        do {
            let first = SQLiteKeyStore(try await SQLiteDatabase.open(folder.path + "/hotpin.sqlite3"))
            let second = SQLiteKeyStore(try await SQLiteDatabase.open(folder.path + "/hotpin.sqlite3"))
            #expect(try await first.add(key("phone", 1)))
            #expect(try await second.keys().count == 1)
            #expect(try await second.add(key("phone", 2)) == false)
            #expect(try await second.revoke("phone", at: 5))
            #expect(try await first.keys().first?.revoked == 5)
        }
    }

    @Test func bringsAnOldFileUpToDateAndKeepsWhatIsInIt() async throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        do {
            let path = folder.path + "/hotpin.sqlite3"
            let old = try await SQLiteDatabase.open(path)
            try await SQLiteConversationStore(old).append(user: "a", assistant: "b", to: "s")
            try await old.execute("DROP TABLE keys; PRAGMA user_version = 2")
            let new = try await SQLiteDatabase.open(path)
            #expect(try await SQLiteKeyStore(new).add(key("phone", 1)))
            #expect(try await SQLiteConversationStore(new).history(of: "s", turns: 5).count == 2)
        }
    }
}
