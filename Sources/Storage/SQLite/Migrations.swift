import VoicePipeline

/// The tables, one step a version of the file (`PRAGMA user_version`). A step that was released never changes.
enum Migrations {
    /// The version this program writes.
    static let version: Int64 = 2

    static func run(on connection: borrowing SQLiteConnection) throws(StorageError) {
        let found = try readVersion(connection)
        guard found <= version else {
            throw .unusable(
                "The database \(connection.path) was written by a newer version of Hotpin. Update Hotpin, or move the "
                    + "file away to begin with a new one.")
        }
        guard found < version else { return }
        try connection.execute("BEGIN IMMEDIATE")
        do {
            if found < 1 { try first(connection) }
            if found < 2 { try second(connection) }
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

    private static func first(_ connection: borrowing SQLiteConnection) throws(StorageError) {
        try connection.execute(
            """
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
            """)
    }

    /// The keys that clients show. `hash` is hexadecimal; 0 in `used` and `revoked` is never.
    private static func second(_ connection: borrowing SQLiteConnection) throws(StorageError) {
        try connection.execute(
            """
            CREATE TABLE keys (
                id INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, created REAL NOT NULL,
                used INTEGER NOT NULL, revoked REAL NOT NULL
            ) STRICT;
            CREATE UNIQUE INDEX keys_in_force ON keys (name) WHERE revoked = 0;
            PRAGMA user_version = 2;
            """)
    }
}
