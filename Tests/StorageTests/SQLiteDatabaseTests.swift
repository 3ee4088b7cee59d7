import Glibc
import Storage
import Testing
import VoicePipeline
import VoiceTesting

@Suite struct SQLiteDatabaseTests {
    private let folder = TemporaryFolder()
    private var path: String { folder.path + "/state/deep/hotpin.sqlite3" }

    @Test func makesFolderAndFileForTheOwnerAlone() async throws {
        let database = try await SQLiteDatabase.open(path)
        try await SQLiteAssistantStore(database).add("x", to: .notes, session: "s")
        #expect(TemporaryFolder.mode(of: folder.path + "/state/deep") == 0o700)
        #expect(TemporaryFolder.mode(of: path) == 0o600)
        #expect(TemporaryFolder.mode(of: path + "-wal") == 0o600)
    }

    @Test func narrowsAFileThatOthersCouldRead() async throws {
        let path = folder.path + "/open.sqlite3"
        TemporaryFolder.write([], to: path)
        chmod(path, 0o644)
        _ = try await SQLiteDatabase.open(path)
        #expect(TemporaryFolder.mode(of: path) == 0o600)
    }

    @Test func keepsEverythingAcrossReopening() async throws {
        do {
            let database = try await SQLiteDatabase.open(path)
            let store = SQLiteAssistantStore(database)
            try await store.add("the key is under the mat", to: .notes, session: "s")
            try await store.add(Alarm(id: "a", session: "s", kind: .alarm, label: "tea", created: 1.5, due: 2.25))
            try await SQLiteConversationStore(database).append(user: "hello", assistant: "Hello!", to: "s")
        }
        let database = try await SQLiteDatabase.open(path)
        let store = SQLiteAssistantStore(database)
        #expect(try await store.items(of: .notes, session: "s") == ["the key is under the mat"])
        #expect(
            try await store.alarms(of: "s") == [
                Alarm(id: "a", session: "s", kind: .alarm, label: "tea", created: 1.5, due: 2.25)
            ])
        #expect(
            try await SQLiteConversationStore(database).history(of: "s", turns: 10) == [
                ChatMessage(.user, "hello"), ChatMessage(.assistant, "Hello!"),
            ])
    }

    /// What was confirmed is in the log when the process dies: a second connection that never saw the first one close
    /// reads it.
    @Test func anotherConnectionSeesWhatWasConfirmed() async throws {
        let first = try await SQLiteDatabase.open(path)
        try await SQLiteAssistantStore(first).add("milk", to: .shopping, session: "s")
        let second = try await SQLiteDatabase.open(path)
        #expect(try await SQLiteAssistantStore(second).items(of: .shopping, session: "s") == ["milk"])
    }

    @Test func refusesADamagedFileWithAdvice() async throws {
        let path = folder.path + "/bad.sqlite3"
        TemporaryFolder.write(Array(repeating: 0x5A, count: 8192), to: path)
        let error = await thrown(StorageError.self) { try await SQLiteDatabase.open(path) }
        let advice = "The database \(path) is damaged. Move it away, and a new one is made at the next start."
        #expect(error == .unusable(advice))
    }

    @Test func refusesAFileCutInTheMiddle() async throws {
        do {
            let store = SQLiteAssistantStore(try await SQLiteDatabase.open(path))
            for index in 0..<200 {
                try await store.add(String(repeating: "x\(index)", count: 40), to: .notes, session: "s")
            }
        }
        truncate(path, 5000)
        unlink(path + "-wal")
        await #expect(throws: StorageError.self) {
            let store = SQLiteAssistantStore(try await SQLiteDatabase.open(path))
            _ = try await store.items(of: .notes, session: "s")
        }
    }

    @Test func refusesANewerVersion() async throws {
        let path = folder.path + "/newer.sqlite3"
        try await SQLiteDatabase.open(path).execute("PRAGMA user_version = 99")
        let error = await thrown(StorageError.self) { try await SQLiteDatabase.open(path) }
        let advice =
            "The database \(path) was written by a newer version of Hotpin. Update Hotpin, or move the file away to begin "
            + "with a new one."
        #expect(error == .unusable(advice))
    }

    @Test func refusesAFolderThatIsAFile() async throws {
        TemporaryFolder.write([1], to: folder.path + "/file")
        await #expect(throws: StorageError.self) {
            _ = try await SQLiteDatabase.open(folder.path + "/file/hotpin.sqlite3")
        }
    }

    /// A full disk is an error of that change only.
    @Test func saysThatTheDiskIsFullAndGoesOnReading() async throws {
        let database = try await SQLiteDatabase.open(.file(path), maximumPages: 16)
        let store = SQLiteAssistantStore(database)
        try await store.add("first", to: .notes, session: "s")
        await #expect(throws: StorageError.full) {
            for _ in 0..<100 { try await store.add(String(repeating: "x", count: 4000), to: .notes, session: "s") }
        }
        #expect(try await store.items(of: .notes, session: "s").first == "first")
        #expect(try await store.clear(.notes, session: "s") > 1)
        try await store.add("room again", to: .notes, session: "s")
        #expect(try await store.items(of: .notes, session: "s") == ["room again"])
    }

    @Test func aFullDiskInsideATransactionChangesNothing() async throws {
        let database = try await SQLiteDatabase.open(.file(path), maximumPages: 16)
        let store = SQLiteConversationStore(database)
        try await store.append(user: "a", assistant: "b", to: "s")
        await #expect(throws: StorageError.full) {
            try await store.append(user: String(repeating: "x", count: 90_000), assistant: "", to: "s")
        }
        #expect(try await store.history(of: "s", turns: 5).count == 2)
        try await store.append(user: "c", assistant: "d", to: "s")
        #expect(try await store.history(of: "s", turns: 5).count == 4)
    }

    /// Another program that holds the file is waited for, and then named.
    @Test func aFileInUseIsAnErrorWithAdvice() async throws {
        let database = try await SQLiteDatabase.open(.file(path))
        let store = SQLiteAssistantStore(database)
        try await store.add("x", to: .notes, session: "s")
        let other = try await SQLiteDatabase.open(path)
        try await other.execute("BEGIN IMMEDIATE")
        await database.setBusyTimeout(milliseconds: 1)
        let error = await thrown(StorageError.self) { try await store.add("y", to: .notes, session: "s") }
        #expect(error == .unusable("The database \(path) is in use by another program. Stop that program."))
        try await other.execute("COMMIT")
        try await store.add("z", to: .notes, session: "s")
        #expect(try await store.items(of: .notes, session: "s") == ["x", "z"])
    }

    /// A file of the first version is brought up to date with all that is in it.
    @Test func bringsAnOldFileUpToDate() async throws {
        let path = folder.path + "/old.sqlite3"
        do {
            let old = try await SQLiteDatabase.open(path)
            try await old.execute(
                """
                DROP TABLE turns; DROP TABLE items; DROP TABLE alarms; DROP TABLE keys;
                CREATE TABLE turns (
                    id INTEGER PRIMARY KEY, session TEXT NOT NULL, user TEXT NOT NULL, assistant TEXT NOT NULL) STRICT;
                CREATE TABLE items (
                    id INTEGER PRIMARY KEY, session TEXT NOT NULL, list TEXT NOT NULL, text TEXT NOT NULL) STRICT;
                CREATE TABLE alarms (
                    id TEXT PRIMARY KEY, session TEXT NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL,
                    created REAL NOT NULL, due REAL NOT NULL) STRICT;
                INSERT INTO turns (session, user, assistant) VALUES ('s', 'u', 'a');
                INSERT INTO items (session, list, text) VALUES ('s', 'notes', 'n');
                INSERT INTO alarms VALUES ('t', 's', 'timer', 'tea', 1, 2), ('w', 's', 'alarm', '', 1, 3);
                PRAGMA user_version = 1;
                """)
        }
        let database = try await SQLiteDatabase.open(path)
        let (store, talk) = (SQLiteAssistantStore(database), SQLiteConversationStore(database))
        #expect(try await store.items(of: .notes, session: "s") == ["n"])
        #expect(
            try await store.alarms(of: "s") == [
                Alarm(id: "t", session: "s", kind: .timer, label: "tea", created: 1, due: 2, basis: .elapsed),
                Alarm(id: "w", session: "s", kind: .alarm, label: "", created: 1, due: 3, basis: .calendar),
            ])
        // What was said before times were kept counts from the day of the change.
        #expect(try await talk.forget(before: SystemWallClock().now() - 3600) == 0)
        #expect(try await talk.history(of: "s", turns: 5).count == 2)
        #expect(try await talk.forget(before: SystemWallClock().now() + 3600) == 1)
    }
}
