import VoicePipeline

/// What was said in each session, in SQLite.
public struct SQLiteConversationStore: ConversationStore {
    private let database: SQLiteDatabase
    private let maximumTurns: Int
    private let clock: any WallClock

    /// - Parameters:
    ///   - maximumTurns: turns kept a session; older ones are forgotten.
    ///   - clock: says when a turn was said.
    public init(_ database: SQLiteDatabase, maximumTurns: Int = 100, clock: any WallClock = SystemWallClock()) {
        self.database = database
        self.clock = clock
        self.maximumTurns = max(1, maximumTurns)
    }

    public func history(of session: String, turns limit: Int) async throws(StorageError) -> [ChatMessage] {
        let turns = try await database.rows(
            "SELECT user, assistant FROM turns WHERE session = ?1 ORDER BY id DESC LIMIT ?2", .text(session),
            .integer(Int64(max(1, limit)))
        ) { row in (row.text(0), row.text(1)) }
        return turns.reversed().flatMap { [ChatMessage(.user, $0.0), ChatMessage(.assistant, $0.1)] }
    }

    public func append(user: String, assistant: String, to session: String) async throws(StorageError) {
        try StoredText.check(user, assistant)
        let kept = Int64(maximumTurns)
        let now = clock.now()
        try await database.transaction { database throws(StorageError) in
            try database.run(
                "INSERT INTO turns (session, user, assistant, said) VALUES (?1, ?2, ?3, ?4)", .text(session),
                .text(user), .text(assistant), .real(now))
            try database.run(
                """
                DELETE FROM turns WHERE session = ?1 AND id <=
                    (SELECT id FROM turns WHERE session = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
                """, .text(session), .integer(kept))
        }
    }

    public func amend(assistant: String, to user: String, in session: String) async throws(StorageError) {
        try StoredText.check(user, assistant)
        if assistant.isEmpty {
            try await database.run(
                "DELETE FROM turns WHERE id = (SELECT MAX(id) FROM turns WHERE session = ?1) AND user = ?2",
                .text(session), .text(user))
        } else {
            try await database.run(
                """
                UPDATE turns SET assistant = ?3
                WHERE id = (SELECT MAX(id) FROM turns WHERE session = ?1) AND user = ?2
                """, .text(session), .text(user), .text(assistant))
        }
    }

    public func clear(_ session: String) async throws(StorageError) {
        try await database.run("DELETE FROM turns WHERE session = ?1", .text(session))
    }

    public func forget(before time: Double) async throws(StorageError) -> Int {
        try await database.run("DELETE FROM turns WHERE said < ?1", .real(time))
    }
}
