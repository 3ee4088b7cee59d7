import VoicePipeline

/// The tables, one step a version of the file (`PRAGMA user_version`). A step that was released never changes.
enum Migrations {
    /// What brings a file from one version to the next; the first makes an empty file version 1.
    private static let steps: [StaticString] = [first, clocks, keys]

    /// The version this program writes.
    static var version: Int64 { Int64(steps.count) }

    static func run(on connection: borrowing SQLiteConnection) throws(StorageError) {
        let found = try readVersion(connection)
        guard (0...version).contains(found) else {
            throw .unusable(
                "The database \(connection.path) was written by a newer version of Hotpin. Update Hotpin, or move the "
                    + "file away to begin with a new one.")
        }
        guard found < version else { return }
        try connection.execute("BEGIN IMMEDIATE")
        do {
            // Another program may have done it between the look and the lock.
            let found = try readVersion(connection)
            for step in steps.dropFirst(Int(clamping: found)) { try connection.execute(step) }
            try connection.execute("COMMIT")
        } catch {
            connection.rollBack()
            throw error
        }
    }

    private static func readVersion(_ connection: borrowing SQLiteConnection) throws(StorageError) -> Int64 {
        let statement = try connection.prepare("PRAGMA user_version")
        return try statement.step() ? statement.integer(0) : 0
    }

    private static let first: StaticString = """
        CREATE TABLE turns (
            id INTEGER PRIMARY KEY, session TEXT NOT NULL, user TEXT NOT NULL, assistant TEXT NOT NULL
        ) STRICT;
        CREATE INDEX turns_by_session ON turns (session, id);
        CREATE TABLE items (
            id INTEGER PRIMARY KEY, session TEXT NOT NULL, list TEXT NOT NULL, text TEXT NOT NULL
        ) STRICT;
        CREATE INDEX items_by_list ON items (session, list, id);
        CREATE TABLE alarms (
            id TEXT PRIMARY KEY, session TEXT NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL,
            created REAL NOT NULL, due REAL NOT NULL
        ) STRICT;
        CREATE INDEX alarms_by_session ON alarms (session, due);
        CREATE INDEX alarms_by_due ON alarms (due);
        PRAGMA user_version = 1;
        """

    /// When each turn was said, how each alarm lies on the monotonic clock, and who announces it.
    private static let clocks: StaticString = """
        ALTER TABLE turns ADD COLUMN said REAL NOT NULL DEFAULT 0;
        UPDATE turns SET said = CAST(strftime('%s', 'now') AS REAL);
        CREATE INDEX turns_by_time ON turns (said);
        ALTER TABLE alarms ADD COLUMN basis TEXT NOT NULL DEFAULT 'calendar';
        UPDATE alarms SET basis = 'elapsed' WHERE kind = 'timer';
        ALTER TABLE alarms ADD COLUMN boot TEXT NOT NULL DEFAULT '';
        ALTER TABLE alarms ADD COLUMN mark REAL NOT NULL DEFAULT 0;
        ALTER TABLE alarms ADD COLUMN claim TEXT NOT NULL DEFAULT '';
        ALTER TABLE alarms ADD COLUMN claim_boot TEXT NOT NULL DEFAULT '';
        ALTER TABLE alarms ADD COLUMN claim_until REAL NOT NULL DEFAULT 0;
        PRAGMA user_version = 2;
        """

    /// The keys that clients show. `hash` is hexadecimal; 0 in `used` and `revoked` is never.
    private static let keys: StaticString = """
        CREATE TABLE keys (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, created REAL NOT NULL,
            used INTEGER NOT NULL, revoked REAL NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX keys_in_force ON keys (name) WHERE revoked = 0;
        PRAGMA user_version = 3;
        """
}
