import Storage
import VoicePipeline
import VoiceTesting

/// The stores that must behave alike.
enum StoreKind: String, CaseIterable, Sendable {
    case sqlite, redis
}

/// One of the stores, empty, with a clock of its own.
struct StoreUnderTest: Sendable {
    let assistant: any AssistantStore
    let conversations: any ConversationStore
    let clock = ManualWallClock(LocalTime(year: 2025, month: 3, day: 4))
    private let redis: RedisServer?

    /// - Parameter maximumTurns: turns kept a session.
    init(_ kind: StoreKind, maximumTurns: Int = 100) async throws {
        switch kind {
        case .sqlite:
            let database = try await SQLiteDatabase.open(":memory:")
            assistant = SQLiteAssistantStore(database, monotonic: clock)
            conversations = SQLiteConversationStore(database, maximumTurns: maximumTurns, clock: clock)
            redis = nil
        case .redis:
            let server = try RedisServer()
            let database = try RedisDatabase(server.address, log: .none)
            assistant = RedisAssistantStore(database)
            conversations = RedisConversationStore(database, maximumTurns: maximumTurns, days: 30, clock: clock)
            redis = server
        }
    }
}
