import VoicePipeline

/// What was said in each session, in Redis: one list a session, `hotpin:turns:<session>`.
public struct RedisConversationStore: ConversationStore {
    private let database: RedisDatabase
    private let maximumTurns: Int
    private let days: Int
    private let clock: any WallClock

    private static let prefix = "hotpin:turns:"

    /// - Parameters:
    ///   - maximumTurns: turns kept a session; older ones are forgotten.
    ///   - days: a session that is silent for so long is forgotten by Redis itself; 0 keeps it for ever.
    ///   - clock: says when a turn was said.
    public init(
        _ database: RedisDatabase, maximumTurns: Int = 100, days: Int = 0, clock: any WallClock = SystemWallClock()
    ) {
        self.database = database
        self.maximumTurns = max(1, maximumTurns)
        self.days = max(0, days)
        self.clock = clock
    }

    public func history(of session: String, turns limit: Int) async throws(StorageError) -> [ChatMessage] {
        let turns = try await database.run(
            ["LRANGE", Self.prefix + session, "-\(max(1, limit))", "-1"].map { Array($0.utf8) })
        return turns.elements.flatMap { turn -> [ChatMessage] in
            guard let bytes = turn.bytes, let fields = RedisRecord.decode(bytes), fields.count == 3 else { return [] }
            return [ChatMessage(.user, fields[1]), ChatMessage(.assistant, fields[2])]
        }
    }

    public func append(user: String, assistant: String, to session: String) async throws(StorageError) {
        try StoredText.check(user, assistant)
        let turn = RedisRecord.encode(["\(clock.now())", user, assistant])
        _ = try await database.run(
            .appendTurn, keys: [Self.prefix + session], .data(turn), .integer(maximumTurns), .integer(days * 86_400))
    }

    /// Two steps: a session's turns are written by the one connection that holds it.
    public func amend(assistant: String, to user: String, in session: String) async throws(StorageError) {
        try StoredText.check(user, assistant)
        let key = Self.prefix + session
        let last = try await database.run(["LINDEX", key, "-1"].map { Array($0.utf8) })
        guard let bytes = last.bytes, let fields = RedisRecord.decode(bytes), fields.count == 3, fields[1] == user
        else { return }
        if assistant.isEmpty {
            _ = try await database.run(["RPOP", key].map { Array($0.utf8) })
        } else {
            let turn = RedisRecord.encode([fields[0], user, assistant])
            _ = try await database.run(["LSET", key, "-1"].map { Array($0.utf8) } + [turn])
        }
    }

    public func clear(_ session: String) async throws(StorageError) {
        _ = try await database.run(["DEL", Self.prefix + session].map { Array($0.utf8) })
    }

    /// Goes through all sessions, a page at a time, so that turns are served in between.
    public func forget(before time: Double) async throws(StorageError) -> Int {
        var count = 0
        var cursor = Array("0".utf8)
        repeat {
            let page = try await database.run(
                [Array("SCAN".utf8), cursor] + ["MATCH", Self.prefix + "*", "COUNT", "100"].map { Array($0.utf8) })
            guard case .array(let parts) = page, parts.count == 2, let next = parts[0].bytes else {
                throw .failed(code: 0, message: "Redis gives no list of its keys")
            }
            for case .bytes(let key) in parts[1].elements {
                count += try await database.run(
                    .forgetTurns, keys: [String(decoding: key, as: UTF8.self)], .real(time)
                ).count
            }
            cursor = next
        } while cursor != Array("0".utf8)
        return count
    }
}
