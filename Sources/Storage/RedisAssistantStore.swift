import VoicePipeline

/// Notes, lists, timers and alarms in Redis, so that they follow a user from server to server.
///
/// | key | holds |
/// | --- | --- |
/// | `hotpin:items:<list>:<session>` | a list, oldest first |
/// | `hotpin:alarms`, `hotpin:alarms:sessions` | alarms and their sessions by id |
/// | `hotpin:alarms:due`, `hotpin:alarms:of:<session>` | ids by due time |
/// | `hotpin:alarms:claim:<id>` | who announces it; gone by itself |
public struct RedisAssistantStore: AssistantStore {
    private let database: RedisDatabase

    private static let sessionPrefix = "hotpin:alarms:of:"

    public init(_ database: RedisDatabase) {
        self.database = database
    }

    // MARK: - Lists

    private static func key(_ list: AssistantList, _ session: String) -> String {
        "hotpin:items:\(list.rawValue):\(session)"
    }

    private func run(_ arguments: String...) async throws(StorageError) -> RedisValue {
        try await database.run(arguments.map { Array($0.utf8) })
    }

    public func add(_ text: String, to list: AssistantList, session: String) async throws(StorageError) {
        try StoredText.check(text)
        _ = try await run("RPUSH", Self.key(list, session), text)
    }

    public func items(of list: AssistantList, session: String) async throws(StorageError) -> [String] {
        try await run("LRANGE", Self.key(list, session), "0", "-1").elements.compactMap { item in
            item.bytes.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    public func remove(
        _ text: String, from list: AssistantList, session: String
    ) async throws(StorageError) -> Bool {
        let wanted = text.lowercased()
        // Another server may take the same item off in between; then there may be another that fits.
        for _ in 0..<3 {
            let items = try await items(of: list, session: session)
            guard let item = items.first(where: { $0.lowercased() == wanted }) else { return false }
            if try await run("LREM", Self.key(list, session), "1", item).count > 0 { return true }
        }
        return false
    }

    public func clear(_ list: AssistantList, session: String) async throws(StorageError) -> Int {
        try await database.run(.clearList, keys: [Self.key(list, session)]).count
    }

    // MARK: - Timers and alarms

    private static func keys(_ last: String) -> [String] {
        ["hotpin:alarms", "hotpin:alarms:sessions", "hotpin:alarms:due", last]
    }
    private static func sessionKeys(_ session: String) -> [String] { keys(sessionPrefix + session) }
    private static func claimKeys(_ id: String) -> [String] { keys("hotpin:alarms:claim:" + id) }

    public func add(_ alarm: Alarm) async throws(StorageError) {
        try StoredText.check(alarm.label)
        _ = try await database.run(
            .addAlarm, keys: Self.sessionKeys(alarm.session), .text(alarm.id), .text(alarm.session), .real(alarm.due),
            .data(Self.record(alarm)))
    }

    public func moveAlarm(_ alarm: Alarm) async throws(StorageError) -> Bool {
        try await database.run(
            .moveAlarm, keys: Self.sessionKeys(alarm.session), .text(alarm.id), .real(alarm.due),
            .data(Self.record(alarm))
        ).count > 0
    }

    public func alarms(of session: String) async throws(StorageError) -> [Alarm] {
        try await database.run(.alarmsOfSession, keys: Self.sessionKeys(session)).elements.compactMap(Self.alarm)
    }

    public func nextAlarms(after time: Double) async throws(StorageError) -> [Alarm] {
        try await database.run(.nextAlarms, keys: Self.keys(""), .real(time)).elements.compactMap(Self.alarm)
    }

    public func claimAlarm(_ id: String, as claim: String, for seconds: Double) async throws(StorageError) -> Bool {
        let milliseconds = max(1, Int((seconds * 1000).clamped(to: 1...1e9)))
        return try await database.run(
            .claimAlarm, keys: Self.claimKeys(id), .text(id), .text(claim), .integer(milliseconds)
        ).count > 0
    }

    public func releaseAlarm(_ id: String, claimedAs claim: String) async throws(StorageError) {
        _ = try await database.run(.releaseAlarm, keys: Self.claimKeys(id), .text(claim))
    }

    public func removeAlarm(_ id: String) async throws(StorageError) -> Bool {
        try await database.run(.removeAlarm, keys: Self.claimKeys(id), .text(id), .text(Self.sessionPrefix)).count > 0
    }

    private static func record(_ alarm: Alarm) -> [UInt8] {
        RedisRecord.encode([
            alarm.id, alarm.session, alarm.kind.rawValue, alarm.label, "\(alarm.created)", "\(alarm.due)",
            alarm.basis.rawValue, alarm.mark?.boot ?? "", "\(alarm.mark?.due ?? 0)",
        ])
    }

    /// nil for what is no alarm, so that one damaged value hides no other.
    private static func alarm(_ value: RedisValue) -> Alarm? {
        guard let bytes = value.bytes, let fields = RedisRecord.decode(bytes), fields.count == 9,
            let kind = Alarm.Kind(rawValue: fields[2]), let created = Double(fields[4]), let due = Double(fields[5]),
            let mark = Double(fields[8])
        else { return nil }
        return Alarm(
            id: fields[0], session: fields[1], kind: kind, label: fields[3], created: created, due: due,
            basis: Alarm.Basis(rawValue: fields[6]),
            mark: fields[7].isEmpty ? nil : Alarm.Mark(boot: fields[7], due: mark))
    }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        isNaN ? range.lowerBound : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
