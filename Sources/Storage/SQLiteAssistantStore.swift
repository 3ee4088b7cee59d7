import VoicePipeline

/// Notes, lists, timers and alarms in SQLite.
public struct SQLiteAssistantStore: AssistantStore {
    private let database: SQLiteDatabase
    private let monotonic: any MonotonicClock

    /// - Parameter monotonic: measures claims.
    public init(_ database: SQLiteDatabase, monotonic: any MonotonicClock = SystemMonotonicClock()) {
        self.database = database
        self.monotonic = monotonic
    }

    // MARK: - Lists

    public func add(_ text: String, to list: AssistantList, session: String) async throws(StorageError) {
        try StoredText.check(text)
        try await database.run(
            "INSERT INTO items (session, list, text) VALUES (?1, ?2, ?3)", .text(session), .text(list.rawValue),
            .text(text))
    }

    public func items(of list: AssistantList, session: String) async throws(StorageError) -> [String] {
        try await database.rows(
            "SELECT text FROM items WHERE session = ?1 AND list = ?2 ORDER BY id", .text(session), .text(list.rawValue)
        ) { $0.text(0) }
    }

    public func remove(
        _ text: String, from list: AssistantList, session: String
    ) async throws(StorageError) -> Bool {
        let wanted = text.lowercased()
        return try await database.transaction { database throws(StorageError) in
            // SQLite's own comparison knows the case of ASCII letters only.
            let items = try database.rows(
                "SELECT id, text FROM items WHERE session = ?1 AND list = ?2 ORDER BY id", .text(session),
                .text(list.rawValue)
            ) { ($0.integer(0), $0.text(1)) }
            guard let item = items.first(where: { $0.1.lowercased() == wanted }) else { return false }
            return try database.run("DELETE FROM items WHERE id = ?1", .integer(item.0)) > 0
        }
    }

    public func clear(_ list: AssistantList, session: String) async throws(StorageError) -> Int {
        try await database.run(
            "DELETE FROM items WHERE session = ?1 AND list = ?2", .text(session), .text(list.rawValue))
    }

    // MARK: - Timers and alarms

    public func add(_ alarm: Alarm) async throws(StorageError) {
        try StoredText.check(alarm.label)
        try await database.run(
            """
            INSERT OR REPLACE INTO alarms (id, session, kind, label, created, due, basis, boot, mark)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """, .text(alarm.id), .text(alarm.session), .text(alarm.kind.rawValue), .text(alarm.label),
            .real(alarm.created), .real(alarm.due), .text(alarm.basis.rawValue), .text(alarm.mark?.boot ?? ""),
            .real(alarm.mark?.due ?? 0))
    }

    public func moveAlarm(_ alarm: Alarm) async throws(StorageError) -> Bool {
        try await database.run(
            "UPDATE alarms SET created = ?2, due = ?3, boot = ?4, mark = ?5 WHERE id = ?1", .text(alarm.id),
            .real(alarm.created), .real(alarm.due), .text(alarm.mark?.boot ?? ""), .real(alarm.mark?.due ?? 0)) > 0
    }

    public func alarms(of session: String) async throws(StorageError) -> [Alarm] {
        try await database.rows(
            """
            SELECT id, session, kind, label, created, due, basis, boot, mark FROM alarms WHERE session = ?1
            ORDER BY due, rowid
            """, .text(session), read: Self.alarm)
    }

    public func nextAlarms(after time: Double) async throws(StorageError) -> [Alarm] {
        try await database.rows(
            """
            SELECT id, session, kind, label, created, due, basis, boot, mark FROM alarms
            WHERE due = (SELECT min(due) FROM alarms WHERE due > ?1) ORDER BY rowid
            """, .real(time), read: Self.alarm)
    }

    /// A claim counts only in the run of the machine that it was made in: whoever made it has ended with that.
    public func claimAlarm(_ id: String, as claim: String, for seconds: Double) async throws(StorageError) -> Bool {
        let now = monotonic.uptime()
        return try await database.run(
            """
            UPDATE alarms SET claim = ?2, claim_boot = ?3, claim_until = ?4
            WHERE id = ?1 AND NOT (claim <> '' AND claim_boot = ?3 AND claim_until > ?5)
            """, .text(id), .text(claim), .text(monotonic.boot), .real(now + seconds), .real(now)) > 0
    }

    public func releaseAlarm(_ id: String, claimedAs claim: String) async throws(StorageError) {
        try await database.run(
            "UPDATE alarms SET claim = '' WHERE id = ?1 AND claim = ?2", .text(id), .text(claim))
    }

    public func removeAlarm(_ id: String) async throws(StorageError) -> Bool {
        try await database.run("DELETE FROM alarms WHERE id = ?1", .text(id)) > 0
    }

    private static func alarm(_ row: borrowing SQLiteStatement) -> Alarm {
        let boot = row.text(7)
        return Alarm(
            id: row.text(0), session: row.text(1), kind: Alarm.Kind(rawValue: row.text(2)) ?? .timer,
            label: row.text(3), created: row.real(4), due: row.real(5), basis: Alarm.Basis(rawValue: row.text(6)),
            mark: boot.isEmpty ? nil : Alarm.Mark(boot: boot, due: row.real(8)))
    }
}
