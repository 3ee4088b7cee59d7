import VoicePipeline

/// What was said in each session, in SQLite.
public struct SQLiteConversationStore: ConversationStore {
    private let database: SQLiteDatabase
    private let maximumTurns: Int

    /// - Parameter maximumTurns: turns kept a session; older ones are forgotten.
    public init(_ database: SQLiteDatabase, maximumTurns: Int = 100) {
        self.database = database
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
        let kept = Int64(maximumTurns)
        try await database.transaction { database throws(StorageError) in
            try database.run(
                "INSERT INTO turns (session, user, assistant) VALUES (?1, ?2, ?3)", .text(session), .text(user),
                .text(assistant))
            try database.run(
                """
                DELETE FROM turns WHERE session = ?1 AND id <=
                    (SELECT id FROM turns WHERE session = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
                """, .text(session), .integer(kept))
        }
    }

    public func clear(_ session: String) async throws(StorageError) {
        try await database.run("DELETE FROM turns WHERE session = ?1", .text(session))
    }
}
